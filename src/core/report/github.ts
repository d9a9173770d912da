import { rulePage, type Finding, type LocatedFinding } from "../rules/finding.ts";
import { makeVisible, countOf } from "../base/text.ts";
import { severities, type Checked } from "../check/checked-fleet.ts";
import { describeOwnChanges, joinItems } from "./relaxed.ts";

/** GitHub shows 10 annotations per level and step, and silently drops the rest. */
const shownOfEach = 10;

/** Lines of files that a pull request adds or changes, by path in the repository. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

export interface GithubPlace {
  /** From the root of the repository to the root of the fleet, with `/`. */
  readonly prefix: string;
  /** Where to find the findings that are not shown. */
  readonly where: string;
  /** Undefined if unknown. */
  readonly changed?: ChangedLines | undefined;
}

/**
 * Workflow commands that annotate the files, worst first, then a line with the number of findings
 * that are not shown. Within a severity, findings on changed lines come first, then one per host.
 */
export function renderGithub({ findings, ownChanges }: Checked, place: GithubPlace): string {
  const { prefix, where } = place;
  const own = annotateOwnChanges(ownChanges);
  const kinds = severities.map((severity) =>
    spread(
      findings.filter(
        ({ finding }) => finding.severity === severity && finding.suppressed === null,
      ),
      place,
    ),
  );
  // The note about the pull request counts as a notice.
  const limits = severities.map((one) => shownOfEach - (one === "notice" ? own.length : 0));
  const shown = kinds.flatMap((kind, index) => kind.slice(0, limits[index]));
  const left = findings.filter(({ finding }) => finding.suppressed === null).length - shown.length;
  const lines = [...own, ...shown.map((located) => annotate(located, prefix))];
  if (left > 0) {
    lines.push(
      `${countOf(left, "more finding")} not shown as annotations (GitHub's limit is ${shownOfEach} per level): ${where}`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** One note for all files, at the first of them so that it shows in the diff. */
function annotateOwnChanges(ownChanges: Checked["ownChanges"]): readonly string[] {
  const line = describeOwnChanges(ownChanges);
  if (line.items.length === 0) return [];
  const [file] = ownChanges ?? [];
  const place = file === undefined ? "" : `,file=${escapeProperty(file)},line=1`;
  const text = escapeData(makeVisible(joinItems(line)));
  const advice = `${text}%0AReview these changes first: they decide what the check reports.`;
  const hint = `${text}%0ACheck out the merge commit of the pull request, with fetch-depth: 2.`;
  return [`::notice title=sesam-harden${place}::${ownChanges === null ? hint : advice}`];
}

function spread(
  findings: readonly LocatedFinding[],
  { prefix, changed }: GithubPlace,
): readonly LocatedFinding[] {
  const seen = new Map<string | null, number>();
  const isChanged = ({ file, line }: Finding): boolean =>
    changed?.get(prefix + file)?.has(line) === true;
  const ranked = findings.map((located) => {
    const { finding } = located;
    if (isChanged(finding)) return { located, rank: -1 };
    const rank = seen.get(finding.host) ?? 0;
    seen.set(finding.host, rank + 1);
    return { located, rank };
  });
  return ranked.toSorted((left, right) => left.rank - right.rank).map(({ located }) => located);
}

function annotate({ finding }: LocatedFinding, prefix: string): string {
  const { severity, rule, file, line, column, endColumn, message, help } = finding;
  const properties = {
    title: `sesam-harden ${rule}`,
    file: prefix + file,
    line,
    endLine: line,
    col: column,
    // GitHub rejects an end before the start.
    endColumn: Math.max(endColumn, column),
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  const lines = [message, help, rulePage(rule)].map((text) => escapeData(makeVisible(text)));
  return `::${severity} ${written.join(",")}::${lines.join("%0A")}`;
}

/** Escapes the data of a workflow command. Source: actions/toolkit, command.ts. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
