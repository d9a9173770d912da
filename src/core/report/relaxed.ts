import { compareText, countOf, makeVisible } from "../base/text.ts";
import type { Checked } from "../check/checked-fleet.ts";
import type { LocatedFinding } from "../rules/finding.ts";

/** Equal exceptions, grouped over hosts and files. */
interface ReportedException {
  readonly rule: string;
  /** Last day, YYYY-MM-DD in UTC. */
  readonly until: string;
  readonly reason: string;
  /** Host names; null means the fleet. */
  readonly hosts: readonly (string | null)[];
  readonly findings: number;
}

/** One way in which a check is relaxed: a fixed title, and items that may contain text from files. */
export interface RelaxedLine {
  readonly title: string;
  readonly items: readonly string[];
}

/** The exceptions in use, sorted by end date. */
export function listExceptions(findings: readonly LocatedFinding[]): readonly ReportedException[] {
  const groups = Map.groupBy(
    findings.filter(({ finding }) => finding.suppressed !== null),
    ({ finding: { rule, suppressed } }) =>
      JSON.stringify([suppressed?.until, rule, suppressed?.reason]),
  );
  return [...groups]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([, group]) => {
      const [first] = group;
      const { until = "", reason = "" } = first?.finding.suppressed ?? {};
      const hosts = [...new Set(group.map(({ finding }) => finding.host))];
      return { rule: first?.finding.rule ?? "", until, reason, hosts, findings: group.length };
    });
}

/** Describes how the check is relaxed; empty if it is not. */
export function describeRelaxed({
  findings,
  relaxed,
  baselined = 0,
  ownChanges,
}: Pick<Checked, "findings" | "relaxed" | "baselined" | "ownChanges">): readonly RelaxedLine[] {
  const { rules, notIncluded, settingsNotUsed, neverFails } = relaxed;
  const off = rules.filter(({ level }) => level === "off");
  const lower = rules.filter(({ level }) => level !== "off");
  const lines: readonly RelaxedLine[] = [
    describeOwnChanges(ownChanges),
    { title: "Rules turned off", items: off.map(({ rule }) => rule) },
    {
      title: "Rules with a lower severity",
      items: lower.map((one) => `${one.rule} (${one.level} instead of ${one.default})`),
    },
    { title: "Files excluded by include", items: notIncluded },
    {
      title: "Ignored settings (another sesam-harden.ini is closer)",
      items: settingsNotUsed,
    },
    {
      title: "Findings in these places never fail the check (fail_on = never)",
      items: neverFails.map((name) =>
        name === null ? "fleet and hosts without an environment" : `environment ${name}`,
      ),
    },
    {
      title: "Findings hidden by the baseline",
      items: baselined === 0 ? [] : [String(baselined)],
    },
    { title: "Exceptions in use", items: listExceptions(findings).map(describeException) },
  ];
  return lines.filter(({ items }) => items.length > 0);
}

/** Lists files that a pull request changes and that its own check uses; null if unknown. */
export function describeOwnChanges(ownChanges: Checked["ownChanges"]): RelaxedLine {
  return ownChanges === null
    ? {
        title: "Unknown",
        items: ["whether this pull request changes files that its own check uses"],
      }
    : {
        title: "This pull request changes files that its own check uses",
        items: ownChanges ?? [],
      };
}

function describeException({ rule, until, reason, hosts, findings }: ReportedException): string {
  const where = hosts.every((host) => host === null) ? "fleet" : countOf(hosts.length, "host");
  return `${rule} until ${until} (${countOf(findings, "finding")}, ${where}): ${reason}`;
}

const maxItems = 20;

/** Each line starts with a fixed title, so the runner cannot take it for a workflow command. */
export function showRelaxed(lines: readonly RelaxedLine[]): string {
  return lines.map((line) => `${makeVisible(joinItems(line))}\n`).join("");
}

/** One sentence; long lists are cut. */
export function joinItems({ title, items }: RelaxedLine): string {
  const left = items.length - maxItems;
  return `${title}: ${items.slice(0, maxItems).join("; ")}${left > 0 ? `; and ${left} more` : ""}.`;
}
