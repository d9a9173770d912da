import type { HostProbe } from "../../probe/host-probe.ts";
import { type LocatedFinding } from "../../rules/finding.ts";
import { rules } from "../../rules/index.ts";
import type { Rule } from "../../rules/rule.ts";
import type { FleetStatus } from "../../status/fleet-status.ts";
import type { Ledger } from "../../rollout/ledger/ledger.ts";
import type { TrendPoint } from "../../status/trend.ts";
import { rankHosts, severities, type Checked } from "../../check/checked-fleet.ts";
import type { Hash } from "../../base/hash.ts";
import { compareText } from "../../base/text.ts";
import type { InputFile } from "../../config-repo/recorded-files.ts";
import type { HostFixes } from "../../fix/plan.ts";
import type { Severity } from "../../base/severity.ts";
import type { FileChange } from "../../fix/changes.ts";
import type { Host } from "../../fleet/verdict.ts";
import { groupHosts } from "../groups.ts";

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
  readonly past?: {
    readonly status: FleetStatus;
    readonly trend: readonly TrendPoint[];
    readonly ledger: Pick<Ledger, "rollouts" | "traces">;
  };
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

/** Hosts with the same verdict, findings, fixes and assumptions; the page shows these once. */
export interface PageGroup {
  /** Number of the group on the page, used in all ids and attributes; empty for the fleet. */
  readonly id: string;
  /** Worst first; empty for the fleet. */
  readonly hosts: readonly Host[];
  /** Those of the first host. */
  readonly findings: readonly PageFinding[];
  /** By rule. */
  readonly cells: ReadonlyMap<string, MatrixCell>;
  /** Those of the first host. */
  readonly fixes: readonly PageFixes[];
}

export interface PageHost {
  readonly host: Host;
  /** Number of the host on the page. */
  readonly id: string;
  /** Undefined if it has no findings and its verdict no assumptions. */
  readonly group: PageGroup | undefined;
}

/** The result as the page shows it, with a number for each host and finding. */
export interface PageModel {
  /** Worst first. */
  readonly hosts: readonly PageHost[];
  readonly groups: readonly PageGroup[];
  readonly environments: readonly (string | null)[];
  /** Rules with findings, in the order of the rule list. */
  readonly rules: readonly Rule[];
  /** Findings that are not about a single host. */
  readonly fleet: PageGroup;
}

export function modelPage(checked: Checked, facts: Pick<PageFacts, "fixes">): PageModel {
  const fixesOf = Map.groupBy(facts.fixes, ({ name }) => name);
  const assumed = new Map(checked.hosts.map(({ name, assumptions }) => [name, assumptions]));
  const shared = groupHosts(checked, (name) => [
    fixesOf.get(name)?.map(describeFixes),
    assumed.get(name),
  ]);
  let anchors = 0;
  const number = (findings: readonly LocatedFinding[]): readonly PageFinding[] =>
    findings.map((located) => ({ ...located, anchor: `f${anchors++}` }));
  const makeGroup = (id: string, hosts: readonly Host[], own: readonly LocatedFinding[]) => {
    const findings = number(own);
    const fixes = fixesOf.get(hosts[0]?.name ?? "") ?? [];
    return { id, hosts, findings, cells: fillCells(findings), fixes };
  };
  const fleet = makeGroup("", [], shared.fleet);
  const groupOf = new Map<Host, PageGroup>();
  const ranked = rankHosts(checked);
  const found = new Set(shared.groups.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
  const clean = ranked.filter(({ host }) => !found.has(host) && host.assumptions?.length);
  const alike = Map.groupBy(clean, ({ host }) => JSON.stringify([host.verdict, host.assumptions]));
  const groups = [
    ...shared.groups,
    ...[...alike.values()].map((hosts) => ({ hosts, findings: [] })),
  ].map(({ hosts, findings }, index) => {
    const named = hosts.map(({ host }) => host);
    const group = makeGroup(String(index), named, findings);
    for (const host of named) groupOf.set(host, group);
    return group;
  });
  const firing = new Set(checked.findings.map(({ finding }) => finding.rule));
  const hosts = ranked.map(({ host }, index): PageHost => {
    return { host, id: String(index), group: groupOf.get(host) };
  });
  return {
    hosts,
    groups,
    environments: listEnvironments(checked.hosts),
    rules: rules.filter(({ id }) => firing.has(id)),
    fleet,
  };
}

/** What the fixes change and what they withhold, without the name of the host. */
function describeFixes({ files, withheld }: PageFixes): unknown {
  return [
    files.map(({ name, before = "", after }) => [name, ...trimShared(before, after)]),
    withheld.map(({ located: { finding }, reason }) => [finding.rule, finding.line, reason]),
  ];
}

/** Cuts the same start and the same end off two texts. */
function trimShared(
  before: string,
  after: string,
): readonly [start: number, before: string, after: string] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const cut = (text: string): string => text.slice(start, text.length - end);
  return [start, cut(before), cut(after)];
}

/** Name of a host or of its group, as a heading shows it. */
export function nameGroup({ hosts }: PageGroup): string {
  const names = [...new Set(hosts.map(({ name }) => name))];
  const shown = names.length > 3 ? names.slice(0, 2) : names;
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
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
