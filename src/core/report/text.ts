import { type LocatedFinding } from "../rules/finding.ts";
import { makeVisible, countOf, compareText } from "../base/text.ts";
import { countResults, summarize, type Checked, type Counts } from "../check/checked-fleet.ts";
import { cutFrame } from "./frame.ts";
import type { Host } from "../fleet/verdict.ts";
import { describeRelaxed, showRelaxed } from "./relaxed.ts";

export type Tone = "error" | "warning" | "notice" | "good" | "faint" | "strong";

/** Wraps text in the colours of a terminal, or gives it back as it is. */
export type Paint = (tone: Tone, text: string) => string;

export const uncoloured: Paint = (_, text) => text;

const codes: Readonly<Record<Tone, number>> = {
  error: 31,
  warning: 33,
  notice: 36,
  good: 32,
  faint: 2,
  strong: 1,
};

export const coloured: Paint = (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m`;

/** For people: findings by host, each with the line that it stands on, and what to do next. */
export function renderText(checked: Checked, paint: Paint): string {
  const parts: string[] = [];
  const hosts = new Map(checked.hosts.map((host) => [host.name, host]));
  let last: string | null | undefined;
  for (const located of checked.findings) {
    const { host } = located.finding;
    if (host !== last) parts.push(headline(hosts.get(host ?? ""), paint));
    last = host;
    parts.push(describe(located, paint));
  }
  const assumed = listAssumed(checked);
  if (assumed !== "") parts.push(`${paint("faint", assumed)}\n`);
  const relaxed = showRelaxed(describeRelaxed(checked));
  if (relaxed !== "") parts.push(relaxed);
  const counts = countResults(checked);
  const next = adviseNext(counts, checked);
  parts.push(`${summarize(counts)}\n${next === "" ? "" : `${next}\n`}`);
  return parts.join("\n");
}

/** What the verdicts rest on, with the number of hosts; the texts are in the documentation. */
function listAssumed({ hosts }: Checked): string {
  const counts = new Map<string, number>();
  for (const code of hosts.flatMap(({ assumptions = [] }) => assumptions)) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  if (counts.size === 0) return "";
  const list = [...counts]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([code, count]) => `${code} (${countOf(count, "host")})`);
  return `Assumed, see docs/settings.md: ${list.join(", ")}.`;
}

/** Starts with a word of ours: no line of the log may start with text of a file. */
function headline(host: Host | undefined, paint: Paint): string {
  if (host === undefined) return `${paint("strong", "the fleet")}\n`;
  const { name, verdict } = host;
  const tone = verdict === "hardened" ? "good" : verdict === "partial" ? "warning" : "error";
  return `host ${paint("strong", makeVisible(name))}: ${paint(tone, verdict)}\n`;
}

function adviseNext({ findings }: Counts, checked: Checked): string {
  if (findings === 0) return "";
  const open = checked.findings.filter(({ finding }) => finding.suppressed === null);
  const worst = open.find(({ finding }) => finding.severity === "error") ?? open[0];
  const rule = worst?.finding.rule ?? "RULE";
  return `Next: mend what is marked; sesam-harden explain ${rule} says why, and how.`;
}

function describe(located: LocatedFinding, paint: Paint): string {
  const { finding } = located;
  const { severity, rule, file, line, column, message, help, suppressed } = finding;
  // A path that starts with a colon must not start the line as a command would.
  const path = file.startsWith(":") ? `./${file}` : file;
  const place = makeVisible(`${path}:${line}:${column}`);
  if (suppressed !== null) {
    const allowed = `allowed until ${suppressed.until}: ${makeVisible(suppressed.reason)}`;
    return `  ${paint("faint", `${place}: ${makeVisible(message)} [${rule}]`)}\n    ${allowed}\n`;
  }
  return [
    `  ${place}: ${paint(severity, severity)}: ${makeVisible(message)} [${rule}]`,
    ...renderFrame(located, paint),
    `    ${paint("faint", "help:")} ${makeVisible(help)}`,
    "",
  ].join("\n");
}

/** The line with its number, and marks below what is meant; nothing where there is no line. */
function renderFrame(located: LocatedFinding, paint: Paint): readonly string[] {
  const frame = cutFrame(located);
  if (frame === undefined) return [];
  const { before, marked, after } = frame;
  const number = String(frame.line);
  const gutter = " ".repeat(number.length);
  const marks = "^".repeat(Math.max(1, [...marked].length));
  const offset = " ".repeat([...before].length);
  return [
    // Again as a whole: what is made visible in parts may come together to a command.
    `    ${paint("faint", `${number} |`)} ${makeVisible(before + marked + after)}`,
    `    ${paint("faint", `${gutter} |`)} ${offset}${paint(located.finding.severity, marks)}`,
  ];
}
