import type { Moving } from "./transitions.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { hostsOfWave, type HostResult, type Rollout, type RolloutState } from "./rollout.ts";

/** Counts the results of the wave at work; unknown is never good, and a host that never started failed. */
export function judgeWave({ rollout, event, situation }: Moving): Rollout | ReasonCode {
  const { state } = rollout;
  if (event.kind !== "judge") return "no-wave-at-work";
  if (state.kind !== "running" && state.kind !== "aborting") return "no-wave-at-work";
  if (event.wave !== state.wave || event.run !== state.run) return "wrong-wave";
  if (!areResultsOf(hostsOfWave(rollout, state.wave), event.results)) return "wrong-results";
  const good = event.results.filter(({ outcome }) => outcome === "good");
  const done = [...rollout.done, ...good.map(({ host }) => host)];
  const next = findNext(rollout, event.results, situation.at);
  return { ...rollout, done, recorded: [], state: next };
}

/** Exactly one result for each host, and none of another. */
function areResultsOf(hosts: readonly string[], results: readonly HostResult[]): boolean {
  const names = new Set(results.map(({ host }) => host));
  return (
    names.size === results.length &&
    results.length === hosts.length &&
    hosts.every((name) => names.has(name))
  );
}

function findNext(
  { state, terms, waves }: Rollout,
  results: readonly HostResult[],
  at: number,
): RolloutState {
  const isAborting = state.kind === "aborting";
  const wave = "wave" in state ? state.wave : 0;
  const left = results.filter(({ outcome }) => outcome === "not-started");
  // While a rollout is aborted, hosts that were not started are what was asked for.
  const failed = results.filter(
    ({ outcome }) => outcome !== "good" && !(isAborting && outcome === "not-started"),
  );
  if (failed.length > terms.maxFailures)
    return { kind: "failed", reason: nameFailures(failed, wave) };
  if (isAborting && left.length > 0) return { kind: "aborted", judged: wave - 1, by: state.by };
  if (wave === waves.length) return { kind: "succeeded" };
  if (isAborting) return { kind: "aborted", judged: wave, by: state.by };
  return { kind: "paused", judged: wave, since: at };
}

const shownFailures = 5;

function nameFailures(failed: readonly HostResult[], wave: number): string {
  const shown = failed.slice(0, shownFailures).map(({ host, outcome }) => `${host} ${outcome}`);
  const more = failed.length - shown.length;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `wave ${wave}: ${shown.join(", ")}${rest}`;
}
