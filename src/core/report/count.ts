import type { Host } from "../fleet/host.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import type { Severity } from "../rules/rule.ts";

export const severities: readonly Severity[] = ["error", "warning", "notice"];
export const verdicts: readonly Verdict[] = ["hardened", "half", "open", "closed"];

/** A fleet's check, as reports and exit codes need it. */
export interface Checked {
  readonly findings: readonly LocatedFinding[];
  readonly hosts: readonly Host[];
}

export interface Counts {
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly hosts: number;
  /** Findings that a safe fix would mend. */
  readonly fixable: number;
}

export function countResults({ findings, hosts }: Checked): Counts {
  const bySeverity: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  const byVerdict: Record<Verdict, number> = { hardened: 0, half: 0, open: 0, closed: 0 };
  let fixable = 0;
  for (const { finding } of findings) {
    bySeverity[finding.severity]++;
    if (finding.fixable === "safe") fixable++;
  }
  for (const { verdict } of hosts) byVerdict[verdict]++;
  return { findings: findings.length, bySeverity, byVerdict, hosts: hosts.length, fixable };
}

export type FailOn = Severity | "never";

/** True if a finding is as bad as, or worse than, what the check shall fail on. */
export function reachesLimit({ bySeverity }: Counts, failOn: FailOn): boolean {
  if (failOn === "never") return false;
  return severities
    .slice(0, severities.indexOf(failOn) + 1)
    .some((severity) => bySeverity[severity] > 0);
}

/** `1 host`, `2 hosts`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One sentence: how many hosts there are, and how they stand. */
export function summarize({ hosts, byVerdict, bySeverity, fixable }: Counts): string {
  const states = verdicts.filter((verdict) => byVerdict[verdict] > 0);
  const stands = states.map((verdict) => `${byVerdict[verdict]} ${verdict}`).join(", ");
  const found = severities
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => countOf(bySeverity[severity], severity));
  const fix = fixable > 0 ? `; ${fixable} can be fixed safely` : "";
  return `${countOf(hosts, "host")}: ${stands}. ${found.join(", ") || "No findings"}${fix}.`;
}
