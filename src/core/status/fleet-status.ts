import { nameNotInRepo } from "../check/check-inventories.ts";
import type { Verdict, Host } from "../fleet/verdict.ts";
import type { Checked } from "../check/checked-fleet.ts";
import type { Ledger } from "../rollout/ledger/ledger.ts";
import { isFrozen, newEnvironment, type Freeze, type Lock } from "../rollout/state/records.ts";
import type { HostOutcome, Rollout } from "../rollout/state/rollout.ts";
import { hostFileDrift } from "../rules/catalog/host-file-drift.ts";
import { compareText } from "../base/text.ts";
import { seeFromHost, type RepoFiles, type SeenFromHost } from "./seen-from-host.ts";
import type { Phase } from "../fleet/phase.ts";
import type { Severity } from "../base/severity.ts";

/**
 * State of a host from config repo, ledger and scans, worst first; a host that is `locked-out`
 * accepts no backup.
 */
export const hostStates = [
  "locked-out",
  "drifted",
  "plaintext",
  "unknown",
  "partial",
  "hardened",
] as const;
export type FleetState = (typeof hostStates)[number];

/** file: the host's file is not the one that was verified there; verify: found by `verify`. */
export type Drift = "file" | "verify";

/** Result of the last finished rollout on a host. */
export interface LastRollout {
  readonly rollout: string;
  readonly phase: Phase;
  readonly outcome: HostOutcome;
  /** Reason code; empty if the outcome is good. */
  readonly reason: string;
  /** When the rollout last changed, in seconds since 1970; not before it reached this host. */
  readonly at: number;
  readonly requester: string;
  readonly approvals: readonly string[];
  /** Who recorded the file, if a person changed the host and a scan confirmed it. */
  readonly byHand?: readonly string[];
}

/** The result of a rollout on a host, for people. */
export function nameOutcome({ outcome, byHand }: LastRollout): string {
  return byHand === undefined ? outcome : `verified by hand (${byHand.join(", ")})`;
}

export interface HostStatus {
  readonly host: Host;
  /** Findings in the config repo that are not suppressed. */
  readonly findings: Readonly<Record<Severity, number>>;
  readonly rolledOut: LastRollout | null;
  /** The last scan, with its time in seconds since 1970; null if the host was never scanned. */
  readonly wire: {
    readonly verdict: Verdict;
    readonly rules: readonly string[];
    readonly at: number;
    readonly isStale: boolean;
    /** outside: from `verify`; host: from `apply`, if `verify` has not run since. */
    readonly from: "outside" | "host";
  } | null;
  readonly drift: readonly Drift[];
  readonly state: FleetState;
}

export type StateCounts = Readonly<Record<FleetState, number>>;

export interface EnvironmentStatus {
  /** Null for hosts without an environment. */
  readonly name: string | null;
  readonly counts: StateCounts;
  /** Worst first. */
  readonly hosts: readonly HostStatus[];
  /** The rollout in progress. */
  readonly rollout: Rollout | null;
  /** Why GitHub refused to start its next wave, and what to do; null if it did not. */
  readonly refused: string | null;
  readonly frozen: Freeze | null;
  readonly locked: Lock | null;
}

export interface FleetStatus {
  /** Commit of the config repo. */
  readonly commit: string;
  /** Commit of the ledger; null if there is none. */
  readonly ledgerCommit: string | null;
  /** Seconds since 1970. */
  readonly at: number;
  /** Time of the last scan, in seconds since 1970; null if there was none. */
  readonly lookedAt: number | null;
  readonly counts: StateCounts;
  /** Sorted by name; hosts without an environment last. */
  readonly environments: readonly EnvironmentStatus[];
  /** Hosts in the ledger that the config repo no longer has, sorted by name. */
  readonly gone: readonly string[];
  /** Hosts that run STPD according to an inventory but are not in the config repo and have no exception. */
  readonly notInRepo: readonly string[];
}

export interface StatusRequest {
  readonly checked: Pick<Checked, "findings" | "hosts" | "notInRepo">;
  readonly repoFiles: RepoFiles;
  readonly ledger: Ledger;
  readonly commit: string;
  readonly ledgerCommit: string | null;
  readonly nowSeconds: number;
  /** Age in seconds after which a scan counts as outdated. */
  readonly wireLimitSeconds: number;
}

/** Combines config repo, rollouts and scans into a status per host and environment. */
export function describeFleet(request: StatusRequest): FleetStatus {
  const { checked, ledger, commit, ledgerCommit, nowSeconds } = request;
  const findings = countFindings(checked);
  const past = findRollouts(ledger);
  const hosts = checked.hosts.map((host) =>
    describeHost(host, findings.get(host.name) ?? noFindings, { request, past }),
  );
  const names = new Set(checked.hosts.map(({ name }) => name));
  return {
    commit,
    ledgerCommit,
    at: nowSeconds,
    lookedAt: ledger.wire.last?.at ?? null,
    counts: countStates(hosts),
    environments: nameEnvironments(checked.hosts, ledger).map((name) =>
      describeEnvironment(name, hosts, request),
    ),
    gone: [...past.keys()].filter((name) => !names.has(name)).toSorted(compareText),
    notInRepo: nameNotInRepo(checked.notInRepo),
  };
}

/** Finds hosts by name; several directories may have the same name. */
export function findHosts({ environments }: FleetStatus, name: string): readonly HostStatus[] {
  return environments.flatMap(({ hosts }) => hosts.filter(({ host }) => host.name === name));
}

function nameEnvironments(
  hosts: readonly Host[],
  { environments }: Ledger,
): readonly (string | null)[] {
  const used = new Set(hosts.map(({ environment }) => environment));
  const stopped = [...environments.values()].filter(
    ({ frozen, locked, rollout }) => frozen !== null || locked !== null || rollout !== null,
  );
  const names = [...used, ...stopped.map(({ environment }) => environment)];
  const named = names.flatMap((name) => (name === null ? [] : [name]));
  const sorted: (string | null)[] = [...new Set(named)].toSorted(compareText);
  return used.has(null) ? [...sorted, null] : sorted;
}

function describeEnvironment(
  name: string | null,
  all: readonly HostStatus[],
  { ledger, nowSeconds }: StatusRequest,
): EnvironmentStatus {
  const hosts = all.filter(({ host }) => host.environment === name).toSorted(compareHosts);
  const record = (name === null ? undefined : ledger.environments.get(name)) ?? newEnvironment("");
  const { frozen, locked, rollout } = record;
  return {
    name,
    counts: countStates(hosts),
    hosts,
    rollout: (rollout && ledger.rollouts.get(rollout.id)) ?? null,
    refused: (rollout && ledger.traces.get(rollout.id)?.refused?.detail) ?? null,
    frozen: isFrozen(record, nowSeconds) ? frozen : null,
    locked,
  };
}

interface Known {
  readonly request: StatusRequest;
  readonly past: ReadonlyMap<string, PastRollouts>;
}

function describeHost(
  host: Host,
  findings: HostStatus["findings"],
  { request: { ledger, nowSeconds, wireLimitSeconds, repoFiles }, past }: Known,
): HostStatus {
  const { name } = host;
  const known = ledger.hosts.get(name);
  const { last = null, sentAt = 0, wasProven = false } = past.get(name) ?? {};
  const proof = seeFromHost(host, known, {
    // For a change by hand, `apply` did not check the host.
    last: last === null || last.byHand !== undefined ? undefined : { ...last, sentAt },
    repoFile: repoFiles.get(name),
  });
  const seen = findSight(name, ledger, proof);
  const wire = seen === null ? null : { ...seen, isStale: nowSeconds - seen.at > wireLimitSeconds };
  const drifts: readonly (readonly [Drift, boolean])[] = [
    ["file", known !== undefined && known.proven === null && wasProven],
    ["verify", wire?.rules.includes(hostFileDrift.id) ?? false],
  ];
  const drift = drifts.flatMap(([kind, holds]) => (holds ? [kind] : []));
  const scanned = wire === null || wire.isStale ? "unknown" : wire.verdict;
  const counted = scanned === "hardened" && findings.error > 0 ? "partial" : scanned;
  const state = drift.length > 0 ? "drifted" : counted;
  return { host, findings, rolledOut: last, wire, drift, state };
}

/** The newer of the results of `verify` and `apply`. */
function findSight(
  name: string,
  { wire: { last, hosts } }: Ledger,
  proof: SeenFromHost | undefined,
): Omit<NonNullable<HostStatus["wire"]>, "isStale"> | null {
  const seen = hosts.get(name);
  if (seen !== undefined && last !== null && (proof === undefined || last.at >= proof.at)) {
    return { verdict: seen.verdict, rules: seen.rules, at: last.at, from: "outside" };
  }
  return proof === undefined ? null : { ...proof, rules: [], from: "host" };
}

interface PastRollouts {
  readonly last: LastRollout;
  readonly sentAt: number;
  readonly wasProven: boolean;
}

/** The last results per host. Rollouts in the ledger are in order, one at a time per environment. */
function findRollouts({ rollouts, traces }: Ledger): ReadonlyMap<string, PastRollouts> {
  const found = new Map<string, PastRollouts>();
  for (const { id, phase, requester, approvals, byHand = [] } of rollouts.values()) {
    const trace = traces.get(id);
    for (const [host, { outcome, reason, sentAt }] of trace?.results ?? []) {
      const before = found.get(host);
      // A host that this rollout did not reach keeps the result of the previous one.
      if (outcome === "not-started" && before !== undefined) continue;
      const at = trace?.movedAt ?? 0;
      found.set(host, {
        last: { rollout: id, phase, outcome, reason, at, requester, approvals },
        sentAt,
        wasProven: outcome === "good" || before?.wasProven === true,
      });
    }
    for (const { host, recordedBy, verified } of byHand) {
      if (verified === null) continue;
      const common = { rollout: id, phase, outcome: "good", reason: "", requester } as const;
      const last = { ...common, at: verified.at, approvals, byHand: recordedBy };
      found.set(host, { last, sentAt: verified.at, wasProven: true });
    }
  }
  return found;
}

const noFindings = { error: 0, warning: 0, notice: 0 } as const;

function countFindings({
  findings,
}: StatusRequest["checked"]): ReadonlyMap<string, HostStatus["findings"]> {
  const counts = new Map<string, Record<Severity, number>>();
  for (const { finding } of findings) {
    if (finding.host === null || finding.suppressed !== null) continue;
    const count = counts.get(finding.host) ?? { ...noFindings };
    count[finding.severity]++;
    counts.set(finding.host, count);
  }
  return counts;
}

export function countStates(hosts: readonly HostStatus[]): StateCounts {
  const counts = {
    "locked-out": 0,
    drifted: 0,
    plaintext: 0,
    unknown: 0,
    partial: 0,
    hardened: 0,
  };
  for (const { state } of hosts) counts[state]++;
  return counts;
}

const asState = (verdict: Verdict): number => hostStates.indexOf(verdict);

function compareHosts(left: HostStatus, right: HostStatus): number {
  return (
    hostStates.indexOf(left.state) - hostStates.indexOf(right.state) ||
    asState(left.host.verdict) - asState(right.host.verdict) ||
    right.findings.error - left.findings.error ||
    compareText(left.host.name, right.host.name)
  );
}
