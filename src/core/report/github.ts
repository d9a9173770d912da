import type { Finding } from "../rules/finding.ts";
import { makeVisible } from "../text.ts";
import { countOf, severities, type Checked } from "./count.ts";

/** GitHub shows 10 annotations of a kind for a step, and drops the others without a word. */
const shownOfEach = 10;

/**
 * Workflow commands that annotate the files, worst first; then a line that says how many more there
 * are and where. `prefix` leads from the root of the repository to the root of the fleet, with `/`.
 */
export function renderGithub({ findings }: Checked, prefix: string, where: string): string {
  const kinds = severities.map((severity) =>
    findings
      .filter(({ finding }) => finding.severity === severity && finding.suppressed === null)
      .map(({ finding }) => finding),
  );
  const shown = kinds.flatMap((kind) => kind.slice(0, shownOfEach));
  const left = kinds.flatMap((kind) => kind.slice(shownOfEach)).length;
  const lines = shown.map((finding) => annotate(finding, prefix));
  if (left > 0) {
    lines.push(
      `${countOf(left, "more finding")} not shown as annotations, of which GitHub takes ${shownOfEach} a kind: ${where}`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function annotate(finding: Finding, prefix: string): string {
  const { severity, rule, file, line, column, endColumn, message, help } = finding;
  const properties = {
    title: `sesam-harden ${rule}`,
    file: prefix + file,
    line,
    endLine: line,
    col: column,
    // GitHub refuses an end that is not behind the start.
    endColumn: Math.max(endColumn, column),
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${severity} ${written.join(",")}::${escapeData(makeVisible(`${message}`))}%0A${escapeData(makeVisible(help))}`;
}

/** As the GitHub runner takes it apart again. */
export function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
