import { rankHosts, type Checked, type RankedHost } from "../check/checked-fleet.ts";
import type { Unclear } from "../check/since.ts";
import type { Finding, LocatedFinding } from "../rules/finding.ts";
import type { RelaxedLine } from "./relaxed.ts";
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

/** What changed since an earlier report; empty if none was given. The first line says it in numbers. */
export function describeSince({ since }: Pick<Checked, "since">): readonly RelaxedLine[] {
  if (since === undefined) return [];
  const { new: added, fixed, unclear, hostsAdded, hostsGone, verdicts, baselinedBefore } = since;
  const reasons = Map.groupBy(unclear, ({ reason }) => reason);
  const moves = verdicts.map(({ host, before, now }) => `${host}: ${now}, was ${before}`);
  const counts = [
    `${added.length} new`,
    `${fixed.length} fixed`,
    ...(unclear.length > 0 ? [`${unclear.length} not reported for another reason`] : []),
  ];
  const lines = [
    { title: "Since the earlier report", items: counts },
    { title: "New", items: listByRule(added) },
    { title: "Fixed", items: listByRule(fixed) },
    ...[...reasons].map(([reason, list]) => ({
      title: `Not fixed: ${unclearTitles[reason]}`,
      items: listByRule(list.map(({ finding }) => finding)),
    })),
    { title: "Hosts added", items: hostsAdded },
    { title: "Hosts gone", items: hostsGone },
    { title: "Other verdict", items: moves },
    {
      title: "Hidden by a baseline in the earlier report, so possibly listed as new",
      items: baselinedBefore === 0 ? [] : [String(baselinedBefore)],
    },
  ];
  return lines.filter(({ items }) => items.length > 0);
}

export const unclearTitles: Readonly<Record<Unclear, string>> = {
  "host-unknown": "a host is unknown now",
  "host-gone": "the host is gone",
  "rule-off": "the rule is off now",
  suppressed: "suppressed now",
};

const namedHosts = 5;

/** `http-port-open on a, b` for each rule. */
function listByRule(findings: readonly Finding[]): readonly string[] {
  return groupByRule(findings).map(([rule, hosts]) => {
    const names = hosts.map((host) => host ?? "the fleet");
    const more = names.length - namedHosts;
    const shown = more > 1 ? [...names.slice(0, namedHosts), `${more} more`] : names;
    return `${rule} on ${shown.join(", ")}`;
  });
}

/** Rules with their hosts; null means the fleet. */
export function groupByRule(
  findings: readonly Finding[],
): readonly (readonly [rule: string, hosts: readonly (string | null)[]])[] {
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return [...byRule].map(([rule, list]) => [rule, [...new Set(list.map(({ host }) => host))]]);
}
