import type { Finding, LocatedFinding } from "../rules/finding.ts";
import { decodeBytes, makeVisible, countOf } from "../base/text.ts";
import { severities, type Checked } from "../check/checked-fleet.ts";

/** GitHub shows 10 annotations of a kind for a step, and drops the others without a word. */
const shownOfEach = 10;

/** Lines of files that a pull request adds or changes, by path in the repository. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

export interface GithubPlace {
  /** From the root of the repository to the root of the fleet, with `/`. */
  readonly prefix: string;
  /** Where the findings are that are not shown. */
  readonly where: string;
  /** Undefined where they are not known. */
  readonly changed?: ChangedLines | undefined;
}

/**
 * Workflow commands that annotate the files, worst first; then a line that says how many more there
 * are and where. Of each severity those on changed lines come first, then one of each host.
 */
export function renderGithub({ findings }: Checked, place: GithubPlace): string {
  const { prefix, where } = place;
  const kinds = severities.map((severity) =>
    spread(
      findings.filter(
        ({ finding }) => finding.severity === severity && finding.suppressed === null,
      ),
      place,
    ),
  );
  const shown = kinds.flatMap((kind) => kind.slice(0, shownOfEach));
  const left = kinds.flatMap((kind) => kind.slice(shownOfEach)).length;
  const lines = shown.map((located) => annotate(located, prefix));
  if (left > 0) {
    lines.push(
      `${countOf(left, "more finding")} not shown as annotations (GitHub's limit is ${shownOfEach} per level): ${where}`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
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

function annotate({ finding, source }: LocatedFinding, prefix: string): string {
  const { severity, rule, file, line, message, help } = finding;
  const [column, endColumn] = [finding.column, finding.endColumn].map((at) => toChars(source, at));
  const properties = {
    title: `sesam-harden ${rule}`,
    file: prefix + file,
    line,
    endLine: line,
    col: column,
    // GitHub refuses an end that is not behind the start.
    endColumn: Math.max(endColumn ?? 1, column ?? 1),
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${severity} ${written.join(",")}::${escapeData(makeVisible(`${message}`))}%0A${escapeData(makeVisible(help))}`;
}

/** Findings count bytes; people and GitHub count characters, and no byte order mark. */
function toChars(source: string, column: number): number {
  const before = decodeBytes(source.slice(0, column - 1));
  return before.replace(/^\ufeff/, "").length + 1;
}

/** As the GitHub runner takes it apart again. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
