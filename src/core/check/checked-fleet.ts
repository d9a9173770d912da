import { nameNotInRepo, type NotInRepo } from "./check-inventories.ts";
import { verdicts, type Verdict, type Host } from "../fleet/verdict.ts";
import { failLimits, type FailOn } from "../settings/policy.ts";
import type { Relaxed } from "../rules/relaxed.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import { countOf } from "../base/text.ts";
import type { Since } from "./since.ts";
import { severities, type Severity } from "../base/severity.ts";

export { severities };

/** A fleet's check, as reports and exit codes need it. */
export interface Checked {
  readonly findings: readonly LocatedFinding[];
  readonly hosts: readonly Host[];
  /** Minimum severity that fails the check, for hosts of an environment or (null) for the fleet. */
  readonly failOn: (environment: string | null) => FailOn;
  /** Clients that run STPD but are not in the config repo; only for check and status. */
  readonly notInRepo?: readonly NotInRepo[];
  /** Results of the network scan; only for verify. */
  readonly probes?: readonly HostProbe[];
  readonly relaxed: Relaxed;
  /** Number of findings that the baseline hides. */
  readonly baselined?: number;
  /** What changed since an earlier report; undefined if none was given. */
  readonly since?: Since | undefined;
  /**
   * For a check of a pull request: the files that it changes and that the check itself uses, as paths
   * in the repository; null if that is unknown.
   */
  readonly ownChanges?: readonly string[] | null | undefined;
}

export interface Counts {
  /** Findings that are not suppressed. */
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly suppressed: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly hosts: number;
  /** Includes clients that run STPD but are not in the config repo and have no exception. */
  readonly known: number;
  /** Findings with a safe fix. */
  readonly fixable: number;
}

export function countResults({ findings, hosts, notInRepo }: Checked): Counts {
  const bySeverity: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  const byVerdict = { hardened: 0, partial: 0, plaintext: 0, "locked-out": 0, unknown: 0 };
  let fixable = 0;
  let suppressed = 0;
  for (const { finding } of findings) {
    if (finding.suppressed === null) bySeverity[finding.severity]++;
    else suppressed++;
    if (finding.suppressed === null && finding.fixable === "safe") fixable++;
  }
  for (const { verdict } of hosts) byVerdict[verdict]++;
  const counted = findings.length - suppressed;
  const known = hosts.length + nameNotInRepo(notInRepo).length;
  return {
    findings: counted,
    bySeverity,
    suppressed,
    byVerdict,
    hosts: hosts.length,
    known,
    fixable,
  };
}

/** Returns a test for whether a finding fails the check: not suppressed, and at least as severe as the limit. */
export function createFailTest({ hosts, failOn }: Checked): (located: LocatedFinding) => boolean {
  const environments = new Map(hosts.map(({ name, environment }) => [name, environment]));
  const limits = new Map<string | null, FailOn>();
  return ({ finding }) => {
    const environment = finding.host === null ? null : (environments.get(finding.host) ?? null);
    const limit = limits.get(environment) ?? failOn(environment);
    limits.set(environment, limit);
    if (finding.suppressed !== null || limit === "never") return false;
    return failLimits.indexOf(finding.severity) <= failLimits.indexOf(limit);
  };
}

export function failsCheck(checked: Checked): boolean {
  return checked.findings.some(createFailTest(checked));
}

/** Summary for people: number of hosts by verdict, findings by severity. */
export function summarize(counts: Counts): string {
  const { byVerdict, bySeverity, fixable, suppressed } = counts;
  const states = verdicts.filter((verdict) => byVerdict[verdict] > 0);
  const counted = states.map((verdict) => `${byVerdict[verdict]} ${verdict}`).join(", ");
  const found = severities
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => countOf(bySeverity[severity], severity));
  const more = [
    ...(fixable > 0 ? [`${fixable} can be fixed automatically`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  const list = found.join(", ") || "No findings";
  return `${countHosts(counts)}: ${counted}. ${[list, ...more].join("; ")}.`;
}

/** `2 hosts`, or `2 of 3 known data hosts` if one is not in the config repo. */
function countHosts({ hosts, known }: Pick<Counts, "hosts" | "known">): string {
  return known === hosts
    ? countOf(hosts, "host")
    : `${hosts} of ${countOf(known, "known data host")}`;
}

/** Worst first: by verdict, then by errors, then by name. */
export function rankHosts({ hosts, findings }: Checked): readonly RankedHost[] {
  const counts = new Map<string, Record<Severity, number>>();
  for (const { finding } of findings) {
    if (finding.host === null || finding.suppressed !== null) continue;
    const count = counts.get(finding.host) ?? { error: 0, warning: 0, notice: 0 };
    count[finding.severity]++;
    counts.set(finding.host, count);
  }
  const none = { error: 0, warning: 0, notice: 0 };
  return hosts
    .map((host) => ({ host, count: counts.get(host.name) ?? none }))
    .toSorted(
      (left, right) =>
        verdicts.indexOf(right.host.verdict) - verdicts.indexOf(left.host.verdict) ||
        right.count.error - left.count.error ||
        (left.host.name < right.host.name ? -1 : 1),
    );
}

export interface RankedHost {
  readonly host: Host;
  readonly count: Readonly<Record<Severity, number>>;
}
