import { makeVisible, countOf, startSafely } from "../base/text.ts";
import {
  hostStates,
  nameOutcome,
  type EnvironmentStatus,
  type FleetStatus,
  type HostStatus,
  type StateCounts,
} from "../status/fleet-status.ts";
import { listNames } from "./plan.ts";
import { showTime } from "../base/dates.ts";

/** Text for people: config repo, last rollout and last scan of every host, worst first. */
export function renderStatusText({
  commit,
  ledgerCommit,
  counts,
  environments,
  notInRepo,
}: FleetStatus): string {
  const hosts = environments.flatMap((one) => one.hosts);
  const lines = [
    `${counts.hardened} of ${countOf(hosts.length, "host")} hardened: ${listCounts(counts)}.`,
    ...(notInRepo.length === 0
      ? []
      : [`Running STPD, but not in the config repo: ${listNames(notInRepo)}.`]),
    `Config repo ${commit}; ledger ${ledgerCommit ?? "not read"}.`,
    ...environments.flatMap(renderEnvironment),
  ];
  return lines.map((line) => `${makeVisible(line)}\n`).join("");
}

function listCounts(counts: StateCounts): string {
  const found = hostStates.filter((state) => counts[state] > 0);
  return found.map((state) => `${counts[state]} ${state}`).join(", ") || "none";
}

function renderEnvironment(environment: EnvironmentStatus): readonly string[] {
  const { name, counts, hosts } = environment;
  const widest = Math.max(0, ...hosts.map(({ host }) => host.name.length));
  return [
    "",
    `${name ?? "no environment"}: ${listCounts(counts)}`,
    ...listStops(environment).map((line) => `  ${line}`),
    ...hosts.map((host) => `  ${startSafely(renderHost(host, widest))}`),
  ];
}

/** What stops rollouts in an environment, and the rollout in progress. */
export function listStops({
  rollout,
  refused,
  frozen,
  locked,
}: EnvironmentStatus): readonly string[] {
  const until = frozen?.until ?? null;
  return [
    ...(frozen === null
      ? []
      : [
          `frozen by ${frozen.by}${until === null ? "" : ` until ${showTime(until)}`}: ${frozen.reason}`,
        ]),
    ...(locked === null ? [] : [`locked since ${locked.rollout}: ${locked.reason}`]),
    ...(rollout === null ? [] : [`rollout ${rollout.id}, ${rollout.phase}: ${rollout.state.kind}`]),
    ...(refused === null ? [] : [`the next wave was not started: ${refused}`]),
  ];
}

function renderHost({ host, state, wire, rolledOut, drift }: HostStatus, widest: number): string {
  const seen =
    wire === null
      ? "never scanned"
      : `scan ${wire.verdict} at ${showTime(wire.at)}${wire.from === "host" ? ", from the host" : ""}${wire.isStale ? ", outdated" : ""}`;
  const rules = wire === null || wire.rules.length === 0 ? "" : ` (${wire.rules.join(", ")})`;
  const last =
    rolledOut === null
      ? "never rolled out"
      : `${rolledOut.phase} ${nameOutcome(rolledOut)} in ${rolledOut.rollout}, approved by ${rolledOut.approvals.join(", ") || "no one"}`;
  const drifted = drift.length === 0 ? "" : "; the file differs from the verified one";
  return `${host.name.padEnd(widest)}  ${state.padEnd(10)}  config ${host.verdict}; ${seen}${rules}; ${last}${drifted}`;
}
