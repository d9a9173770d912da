import { compareText, countOf, makeVisible } from "../base/text.ts";
import type { Checked } from "../check/checked-fleet.ts";
import type { LocatedFinding } from "../rules/finding.ts";

/** Equal exceptions, of whatever hosts and files. */
interface ReportedException {
  readonly rule: string;
  /** Last day, UTC, as YYYY-MM-DD. */
  readonly until: string;
  readonly reason: string;
  /** By name; null stands for the fleet. */
  readonly hosts: readonly (string | null)[];
  readonly findings: number;
}

/** A sentence about what a check leaves out: a title of ours, and items that may be text of files. */
export interface RelaxedLine {
  readonly title: string;
  readonly items: readonly string[];
}

/** The exceptions that are in use; what ends first comes first. */
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

/** What a person should see of it; nothing for a check that nothing is taken away from. */
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
    { title: "Files that include leaves out", items: notIncluded },
    {
      title: "Settings not used, because another sesam-harden.ini is nearer",
      items: settingsNotUsed,
    },
    {
      title: "Findings that never fail the check (fail_on = never)",
      items: neverFails.map((name) =>
        name === null ? "of the fleet and of hosts without an environment" : `of ${name}`,
      ),
    },
    {
      title: "Known findings, not shown",
      items: baselined === 0 ? [] : [`${baselined} in the baseline`],
    },
    { title: "Exceptions in use", items: listExceptions(findings).map(describeException) },
  ];
  return lines.filter(({ items }) => items.length > 0);
}

/** The files of a pull request that its own check rests on; null where they are not known. */
export function describeOwnChanges(ownChanges: Checked["ownChanges"]): RelaxedLine {
  return ownChanges === null
    ? {
        title: "Not known",
        items: ["whether this pull request changes the files that its own check uses"],
      }
    : {
        title: "Changed by this pull request, and used by its own check",
        items: ownChanges ?? [],
      };
}

function describeException({ rule, until, reason, hosts, findings }: ReportedException): string {
  const where = hosts.every((host) => host === null) ? "fleet" : countOf(hosts.length, "host");
  return `${rule} until ${until} (${countOf(findings, "finding")}, ${where}): ${reason}`;
}

const maxItems = 20;

/** Each line starts with words of ours, so none is taken for a command of the log. */
export function showRelaxed(lines: readonly RelaxedLine[]): string {
  return lines.map((line) => `${makeVisible(joinItems(line))}\n`).join("");
}

/** One sentence, without the rest of a long list. */
export function joinItems({ title, items }: RelaxedLine): string {
  const left = items.length - maxItems;
  return `${title}: ${items.slice(0, maxItems).join("; ")}${left > 0 ? `; and ${left} more` : ""}.`;
}
