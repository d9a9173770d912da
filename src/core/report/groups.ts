import { rankHosts, type Checked, type RankedHost } from "../check/checked-fleet.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import { compareText } from "../base/text.ts";

/** Hosts with one verdict and the same findings on the same lines; fleets are mostly copies. */
export interface HostGroup {
  /** By name; at least one. */
  readonly hosts: readonly RankedHost[];
  /** Findings of the first host, including suppressed ones. */
  readonly findings: readonly LocatedFinding[];
}

export interface FleetGroups {
  /** Findings that are not about a single host. */
  readonly fleet: readonly LocatedFinding[];
  /** Hosts with findings, worst first. */
  readonly groups: readonly HostGroup[];
}

/** Groups hosts; `split` returns what else must be equal, by host name. */
export function groupHosts(
  checked: Checked,
  split: (host: string) => unknown = () => null,
): FleetGroups {
  const byHost = new Map<string, LocatedFinding[]>();
  const fleet: LocatedFinding[] = [];
  for (const located of checked.findings) {
    const { host } = located.finding;
    const list = host === null ? fleet : byHost.get(host);
    if (list === undefined) byHost.set(host ?? "", [located]);
    else list.push(located);
  }
  const groups = new Map<string, { readonly hosts: RankedHost[]; findings: LocatedFinding[] }>();
  // Numbers keep the keys of large fleets short.
  const numbers = new Map<string, number>();
  const number = (part: unknown): number => {
    const text = JSON.stringify(part);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  for (const ranked of rankHosts(checked)) {
    const findings = byHost.get(ranked.host.name);
    if (findings === undefined) continue;
    const parts = [ranked.host.verdict, split(ranked.host.name), ...findings.map(describe)];
    const key = parts.map(number).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { hosts: [ranked], findings });
    else group.hosts.push(ranked);
  }
  return { fleet, groups: [...groups.values()] };
}

/** Everything about a finding that a reader sees, except host and directory. */
function describe({ finding, source }: LocatedFinding): unknown {
  const { host: _, file, ...rest } = finding;
  return [file.slice(file.lastIndexOf("/") + 1), rest, source];
}

export interface RuleCount {
  readonly rule: string;
  readonly hosts: number;
  readonly findings: number;
  /** Findings that a safe fix removes. */
  readonly fixable: number;
}

/** Rules by the number of hosts that they report, most first; suppressed findings do not count. */
export function countRules({ findings }: Checked): readonly RuleCount[] {
  const counts = new Map<
    string,
    { hosts: Set<string | null>; findings: number; fixable: number }
  >();
  for (const { finding } of findings) {
    const { rule, host, fixable, suppressed } = finding;
    if (suppressed !== null) continue;
    const count = counts.get(rule) ?? { hosts: new Set(), findings: 0, fixable: 0 };
    if (host !== null) count.hosts.add(host);
    count.findings++;
    if (fixable === "safe") count.fixable++;
    counts.set(rule, count);
  }
  return [...counts]
    .map(([rule, { hosts, ...count }]) => ({ rule, hosts: hosts.size, ...count }))
    .toSorted((left, right) => right.hosts - left.hosts || compareText(left.rule, right.rule));
}
