import type { HostProbe } from "../../probe/host-probe.ts";
import { type LocatedFinding } from "../../rules/finding.ts";
import { rules } from "../../rules/index.ts";
import type { Rule } from "../../rules/rule.ts";
import type { FleetStatus } from "../../status/fleet-status.ts";
import type { TrendPoint } from "../../status/trend.ts";
import { rankHosts, severities, type Checked, type RankedHost } from "../../check/checked-fleet.ts";
import type { Hash } from "../../base/hash.ts";
import { compareText } from "../../base/text.ts";
import type { InputFile } from "../../config-repo/recorded-files.ts";
import type { HostFixes } from "../../fix/plan.ts";
import type { Severity } from "../../base/severity.ts";
import type { FileChange } from "../../fix/changes.ts";
import type { Host } from "../../fleet/verdict.ts";

/** What the page shows in addition to the findings. */
export interface PageFacts {
  readonly command: "check" | "verify" | "status";
  /** YYYY-MM-DD; undefined if not given. */
  readonly asOf: string | undefined;
  readonly commit: string | undefined;
  readonly inputs: readonly InputFile[];
  readonly hash: Hash;
  /** The fixes of each host; empty for verify. */
  readonly fixes: readonly PageFixes[];
  /** Renders a unified diff, as bytes. */
  readonly diff: (change: FileChange) => string;
  /** Results of the network scan; empty for check. */
  readonly probes: readonly HostProbe[];
  /** Data from the ledger; only for status. */
  readonly past?: { readonly status: FleetStatus; readonly trend: readonly TrendPoint[] };
}

export interface PageFixes extends Pick<HostFixes, "files" | "withheld"> {
  readonly name: string;
  /** Path of the host directory, with a trailing slash unless it is the root. */
  readonly path: string;
}

/** A finding with its anchor on the page. */
export interface PageFinding extends LocatedFinding {
  readonly anchor: string;
}

/** The findings of a rule on a host: the highest severity, or `suppressed` if all are. */
export interface MatrixCell {
  readonly level: Severity | "suppressed";
  readonly count: number;
  /** Anchor of the first finding with that level. */
  readonly anchor: string;
}

export interface PageHost extends RankedHost {
  /** Number of the host on the page, used in all ids and attributes. */
  readonly id: string;
  /** Number of its environment. */
  readonly environment: number;
  readonly findings: readonly PageFinding[];
  readonly cells: ReadonlyMap<string, MatrixCell>;
}

/** The result as the page shows it, with a number for each host and finding. */
export interface PageModel {
  /** Worst first. */
  readonly hosts: readonly PageHost[];
  readonly environments: readonly (string | null)[];
  /** Rules with findings, in the order of the rule list. */
  readonly rules: readonly Rule[];
  /** Rules with findings on at least one host. */
  readonly columns: readonly Rule[];
  /** Findings that are not about a single host. */
  readonly fleet: readonly PageFinding[];
  readonly suppressed: readonly PageFinding[];
}

export function modelPage(checked: Checked): PageModel {
  const byHost = new Map<string | null, PageFinding[]>();
  const numbered = checked.findings.map((located, index) => ({ ...located, anchor: `f${index}` }));
  for (const located of numbered) {
    const group = byHost.get(located.finding.host);
    if (group === undefined) byHost.set(located.finding.host, [located]);
    else group.push(located);
  }
  const environments = listEnvironments(checked.hosts);
  const firing = new Set(checked.findings.map(({ finding }) => finding.rule));
  const fired = rules.filter(({ id }) => firing.has(id));
  const hosts = rankHosts(checked).map((ranked, index): PageHost => {
    const findings = byHost.get(ranked.host.name) ?? [];
    const environment = environments.indexOf(ranked.host.environment);
    return { ...ranked, id: String(index), environment, findings, cells: fillCells(findings) };
  });
  return {
    hosts,
    environments,
    rules: fired,
    columns: fired.filter(({ id }) => hosts.some(({ cells }) => cells.has(id))),
    fleet: byHost.get(null) ?? [],
    suppressed: numbered.filter(({ finding }) => finding.suppressed !== null),
  };
}

/** Sorted by name; hosts without an environment last. */
function listEnvironments(hosts: readonly Host[]): readonly (string | null)[] {
  const names = new Set(hosts.map(({ environment }) => environment));
  return [...names].toSorted((left, right) => {
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return compareText(left, right);
  });
}

const levels: readonly MatrixCell["level"][] = [...severities, "suppressed"];

function fillCells(findings: readonly PageFinding[]): ReadonlyMap<string, MatrixCell> {
  const cells = new Map<string, MatrixCell>();
  for (const { finding, anchor } of findings) {
    const level = finding.suppressed === null ? finding.severity : "suppressed";
    const before = cells.get(finding.rule);
    const rank = before === undefined ? 1 : levels.indexOf(before.level) - levels.indexOf(level);
    if (before === undefined || rank > 0) cells.set(finding.rule, { level, count: 1, anchor });
    else if (rank === 0) cells.set(finding.rule, { ...before, count: before.count + 1 });
  }
  return cells;
}
