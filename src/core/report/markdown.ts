import type { LocatedFinding } from "../rules/finding.ts";
import { countOf } from "../base/text.ts";
import { describeRelaxed, joinItems, type RelaxedLine } from "./relaxed.ts";
import {
  countResults,
  rankHosts,
  severities,
  summarize,
  type Checked,
  type RankedHost,
} from "../check/checked-fleet.ts";
import { escapeMarkdown } from "../formats/markdown.ts";

/** The hosts, worst first, and their findings; cut where it would grow longer than `limit` characters. */
export function renderMarkdown(checked: Checked, limit = Infinity): string {
  const counts = countResults(checked);
  const writer = createWriter(limit);
  writer.add(`## sesam-harden\n\n${summarize(counts)}\n\n`);
  // At the top, where a limit cuts nothing off.
  writer.add(listRelaxed(describeRelaxed(checked)));
  writer.addAll(
    "| host | environment | verdict | errors | warnings | notices |\n| --- | --- | --- | ---: | ---: | ---: |\n",
    rankHosts(checked).map(renderHost),
    "host",
  );
  const rows = severities.flatMap((severity) =>
    checked.findings
      .filter(({ finding }) => finding.severity === severity && finding.suppressed === null)
      .map(renderFinding),
  );
  if (rows.length > 0) {
    const head = "| | place | what | what to do | rule |\n| --- | --- | --- | --- | --- |\n";
    writer.addAll(`### Findings\n\n${head}`, rows, "finding");
  }
  const suppressed = checked.findings.filter(({ finding }) => finding.suppressed !== null);
  if (suppressed.length > 0) {
    const head = "| place | rule | until | reason |\n| --- | --- | --- | --- |\n";
    writer.addAll(`### Suppressed\n\n${head}`, suppressed.map(renderSuppressed), "finding");
  }
  return writer.text();
}

/** A list of what the check leaves out; empty where there is nothing. */
function listRelaxed(lines: readonly RelaxedLine[]): string {
  if (lines.length === 0) return "";
  return `${lines.map((line) => `- ${escapeMarkdown(joinItems(line))}\n`).join("")}\n`;
}

export interface Writer {
  readonly add: (text: string) => void;
  /** A heading and as many rows as fit; then how many were left out. */
  readonly addAll: (heading: string, rows: readonly string[], noun: string) => void;
  readonly text: () => string;
}

/** The rest says where what was left out can be seen. */
export function createWriter(limit: number, rest = "the JSON report has all"): Writer {
  const parts: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    parts.push(text);
    length += text.length;
  };
  return {
    add,
    addAll: (heading, rows, noun) => {
      add(heading);
      let shown = 0;
      for (const row of rows) {
        if (length + row.length > limit) break;
        add(row);
        shown++;
      }
      const left = rows.length - shown;
      add(left > 0 ? `\n${countOf(left, noun)} more left out; ${rest}.\n\n` : "\n");
    },
    text: () => parts.join(""),
  };
}

function renderHost({ host, count }: RankedHost): string {
  const { name, environment, verdict } = host;
  const cells = [escapeMarkdown(name), escapeMarkdown(environment ?? ""), verdict];
  return `| ${[...cells, count.error, count.warning, count.notice].join(" | ")} |\n`;
}

function renderFinding({ finding }: LocatedFinding): string {
  const { severity, file, line, message, help, rule } = finding;
  const place = escapeMarkdown(`${file}:${line}`);
  return `| ${severity} | ${place} | ${escapeMarkdown(message)} | ${escapeMarkdown(help)} | ${rule} |\n`;
}

function renderSuppressed({ finding }: LocatedFinding): string {
  const { file, line, rule, suppressed } = finding;
  const place = escapeMarkdown(`${file}:${line}`);
  const reason = escapeMarkdown(suppressed?.reason ?? "");
  return `| ${place} | ${rule} | ${suppressed?.until ?? ""} | ${reason} |\n`;
}
