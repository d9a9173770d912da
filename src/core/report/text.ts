import type { Host } from "../fleet/host.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import { decodeBytes, makeVisible } from "../text.ts";
import { countResults, summarize, type Checked } from "./count.ts";

export type Tone = "error" | "warning" | "notice" | "good" | "faint" | "strong";

/** Wraps text in the colours of a terminal, or gives it back as it is. */
export type Paint = (tone: Tone, text: string) => string;

export const plain: Paint = (_, text) => text;

const codes: Readonly<Record<Tone, number>> = {
  error: 31,
  warning: 33,
  notice: 36,
  good: 32,
  faint: 2,
  strong: 1,
};

export const coloured: Paint = (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m`;

/** For people: findings by host, each with the line that it stands on, and a summary. */
export function renderText(checked: Checked, paint: Paint): string {
  const parts: string[] = [];
  let last: string | undefined;
  const hosts = new Map(checked.hosts.map((host) => [host.name, host]));
  for (const located of checked.findings) {
    const { host, file } = located.finding;
    if (file !== last) {
      const known = host === null ? undefined : hosts.get(host);
      if (known !== undefined) parts.push(headline(known, paint));
    }
    last = file;
    parts.push(describe(located, paint));
  }
  parts.push(`${summarize(countResults(checked))}\n`);
  return parts.join("\n");
}

/** Starts with a word of ours: no line of the log may start with text of a file. */
function headline({ name, verdict }: Host, paint: Paint): string {
  const tone = verdict === "hardened" ? "good" : verdict === "half" ? "warning" : "error";
  return `host ${paint("strong", makeVisible(name))}: ${paint(tone, verdict)}\n`;
}

function describe({ finding, source }: LocatedFinding, paint: Paint): string {
  const { severity, rule, file, line, column, message, help } = finding;
  // A path that starts with a colon must not start the line as a command would.
  const path = file.startsWith(":") ? `./${file}` : file;
  const place = makeVisible(`${path}:${line}:${column}`);
  return [
    `  ${place}: ${paint(severity, severity)}: ${makeVisible(message)} [${rule}]`,
    ...drawFrame({ finding, source }, paint),
    `    ${paint("faint", "help:")} ${makeVisible(help)}`,
    "",
  ].join("\n");
}

const frameWidth = 120;

/** The line with its number, and marks below what is meant; nothing where there is no line. */
function drawFrame({ finding, source }: LocatedFinding, paint: Paint): readonly string[] {
  const { severity, line, column, endColumn } = finding;
  if (source === "" || endColumn <= column) return [];
  const from = column - 1 > frameWidth / 2 ? column - 1 - frameWidth / 4 : 0;
  const to = Math.min(source.length, from + frameWidth);
  const show = (start: number, end: number): string =>
    makeVisible(decodeBytes(source.slice(start, end)));
  const before = (from > 0 ? "..." : "") + show(from, column - 1);
  const marked = show(column - 1, Math.min(endColumn - 1, to));
  const after = show(endColumn - 1, to) + (to < source.length ? "..." : "");
  const number = String(line);
  const gutter = " ".repeat(number.length);
  const marks = "^".repeat(Math.max(1, [...marked].length));
  return [
    // Again as a whole: what is made visible in parts may come together to a command.
    `    ${paint("faint", `${number} |`)} ${makeVisible(before + marked + after)}`,
    `    ${paint("faint", `${gutter} |`)} ${" ".repeat([...before].length)}${paint(severity, marks)}`,
  ];
}
