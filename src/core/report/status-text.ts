import { makeVisible, countOf } from "../base/text.ts";
import {
  hostStates,
  type EnvironmentStatus,
  type FleetStatus,
  type HostStatus,
  type StateCounts,
} from "../status/fleet-status.ts";
import { listNames } from "./plan.ts";
import { showTime } from "./ledger-rows.ts";

/** The fleet as config repo, rollouts and wire have it, for a terminal; every host, worst first. */
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
      : [`Run STPD, and are not in the config repo: ${listNames(notInRepo)}.`]),
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
    ...hosts.map((host) => `  ${renderHost(host, widest)}`),
  ];
}

/** What keeps an environment from rollouts, or is under way there. */
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
    ...(refused === null ? [] : [`its next wave was not started: ${refused}`]),
  ];
}

function renderHost({ host, state, wire, rolledOut, drift }: HostStatus, widest: number): string {
  const seen =
    wire === null
      ? "the wire never looked"
      : `wire ${wire.verdict} at ${showTime(wire.at)}${wire.from === "host" ? ", seen from the host" : ""}${wire.isStale ? ", too long ago" : ""}`;
  const rules = wire === null || wire.rules.length === 0 ? "" : ` (${wire.rules.join(", ")})`;
  const last =
    rolledOut === null
      ? "never rolled out"
      : `${rolledOut.phase} ${rolledOut.outcome} by ${rolledOut.rollout}, approved by ${rolledOut.approvals.join(", ") || "nobody"}`;
  const drifted = drift.length === 0 ? "" : "; another file than was proven";
  return `${host.name.padEnd(widest)}  ${state.padEnd(10)}  repo ${host.verdict}; ${seen}${rules}; ${last}${drifted}`;
}
