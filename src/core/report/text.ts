import { assumptions, type Assumption } from "../fleet/assumptions.ts";
import { rulePage, type LocatedFinding } from "../rules/finding.ts";
import { docsUrl } from "../base/docs-url.ts";
import { makeVisible, countOf, compareText, startSafely } from "../base/text.ts";
import { countResults, summarize, type Checked, type Counts } from "../check/checked-fleet.ts";
import { cutFrame } from "./frame.ts";
import { countRules, describeSince, groupHosts, type HostGroup } from "./groups.ts";
import { describeRelaxed, showRelaxed } from "./relaxed.ts";

export type Tone = "error" | "warning" | "notice" | "good" | "faint" | "strong";

/** Wraps text in terminal colours, or returns it unchanged. */
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

/**
 * full: findings with source lines and summary; findings: no counts and no advice; summary: only
 * counts. Each lists how the settings relax the check.
 */
export type TextDetail = "full" | "findings" | "summary";

/**
 * Text for people: findings by host, worst first, each with its source line and advice. Hosts with
 * the same findings share a block.
 */
export function renderText(checked: Checked, paint: Paint, detail: TextDetail = "full"): string {
  const { fleet, groups } = groupHosts(checked);
  const parts: string[] = [];
  if (detail !== "summary") {
    if (fleet.length > 0) parts.push(`${paint("strong", "fleet")}\n`, ...describeAll(fleet, paint));
    for (const group of groups) {
      parts.push(headline(group, paint), ...describeAll(group.findings, paint));
    }
  }
  const assumed = listAssumed(checked);
  if (detail === "summary") parts.push(listCauses(checked, groups, paint));
  if (detail === "full" && assumed !== "") parts.push(`${paint("faint", assumed)}\n`);
  parts.push(showRelaxed([...describeSince(checked), ...describeRelaxed(checked)]));
  if (detail === "findings") return parts.filter((part) => part !== "").join("\n");
  const counts = countResults(checked);
  // The advice below says how many can be fixed.
  const summary = summarize({ ...counts, fixable: 0 });
  parts.push([summary, ...adviseNext(counts, checked), ""].join("\n"));
  return parts.filter((part) => part !== "").join("\n");
}

/**
 * One line per finding, as compilers print them, then how the check is relaxed and the counts.
 * `pathTo` returns the path that a reader can open.
 */
export function renderConcise(checked: Checked, pathTo: (file: string) => string): string {
  const lines = checked.findings
    .filter(({ finding }) => finding.suppressed === null)
    .map(({ finding }) => {
      const { file, line, column, severity, message, rule } = finding;
      const place = `${startSafely(pathTo(file))}:${line}:${column}`;
      return `${makeVisible(`${place}: ${severity}: ${message}`)} [${rule}]\n`;
    });
  const relaxed = showRelaxed([...describeSince(checked), ...describeRelaxed(checked)]);
  return `${lines.join("")}${relaxed}${summarize(countResults(checked))}\n`;
}

/** Number of hosts with the same findings, and counts by rule. */
function listCauses(checked: Checked, groups: readonly HostGroup[], paint: Paint): string {
  const shared = groups.filter(({ hosts }) => hosts.length > 1);
  const lines = shared.map(({ hosts, findings }) => {
    const open = findings.filter(({ finding }) => finding.suppressed === null);
    const rules = [...new Set(open.map(({ finding }) => finding.rule))];
    return `${hosts.length} hosts have the same ${countOf(open.length, "finding")}: ${rules.join(", ")}\n`;
  });
  const rules = countRules(checked);
  const width = Math.max(0, ...rules.map(({ rule }) => rule.length));
  const rows = rules.map(({ rule, hosts, findings, fixable }) => {
    const fixed = fixable === 0 ? "" : `, ${fixable} fixable`;
    const where = hosts === 0 ? "fleet" : countOf(hosts, "host");
    return `${paint("strong", rule.padEnd(width))}  ${where}, ${countOf(findings, "finding")}${fixed}\n`;
  });
  const parts = [lines.join(""), rows.join("")];
  return parts.filter((part) => part !== "").join("\n");
}

/** The assumptions behind the verdicts, with the number of hosts. */
function listAssumed({ hosts }: Checked): string {
  const counts = new Map<Assumption, number>();
  for (const code of hosts.flatMap((host) => host.assumptions ?? [])) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  if (counts.size === 0) return "";
  const list = [...counts]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([code, count]) => `\n  ${code} (${countOf(count, "host")}): ${assumptions[code]}`);
  return `Assumptions (see ${docsUrl}settings.md#what-a-verdict-assumes):${list.join("")}`;
}

const shownHosts = 10;

/** Starts with a fixed word, because no line of the log may start with text from a file. */
function headline({ hosts }: HostGroup, paint: Paint): string {
  const names = hosts.map(({ host }) => paint("strong", makeVisible(host.name)));
  const verdict = hosts[0]?.host.verdict ?? "unknown";
  const tone = verdict === "hardened" ? "good" : verdict === "partial" ? "warning" : "error";
  if (names.length === 1) return `host ${names.join("")}: ${paint(tone, verdict)}\n`;
  const left = names.length - shownHosts;
  const shown = left > 1 ? names.slice(0, shownHosts) : names;
  const more = left > 1 ? ` and ${left} more` : "";
  return `${names.length} hosts with the same findings: ${paint(tone, verdict)}\n  hosts: ${shown.join(", ")}${more}\n`;
}

/** What to run next. */
function adviseNext({ findings, fixable }: Counts, checked: Checked): readonly string[] {
  if (findings === 0) return [];
  const open = checked.findings.filter(({ finding }) => finding.suppressed === null);
  const worst = open.find(({ finding }) => finding.severity === "error") ?? open[0];
  const rule = worst?.finding.rule ?? "RULE";
  const fix = `${fixable} of ${countOf(findings, "finding")} can be fixed automatically: run sesam-harden fix.`;
  return [
    ...(fixable === 0 ? [] : [fix]),
    `About a rule: sesam-harden explain ${rule}, or ${rulePage(rule)}`,
  ];
}

function describeAll(findings: readonly LocatedFinding[], paint: Paint): readonly string[] {
  return findings.map((located) => describe(located, paint));
}

function describe(located: LocatedFinding, paint: Paint): string {
  const { finding } = located;
  const { severity, rule, file, line, column, message, help, suppressed, fixable } = finding;
  const place = makeVisible(`${startSafely(file)}:${line}:${column}`);
  if (suppressed !== null) {
    const allowed = `allowed until ${suppressed.until}: ${makeVisible(suppressed.reason)}`;
    return `  ${paint("faint", `${place}: ${makeVisible(message)} [${rule}]`)}\n    ${allowed}\n`;
  }
  return [
    `  ${place}: ${paint(severity, severity)}: ${makeVisible(message)} [${rule}]`,
    ...renderFrame(located, paint),
    `    ${paint("faint", "help:")} ${makeVisible(help)}`,
    ...(fixable === "unsafe"
      ? [`    ${paint("faint", "fix:")} withheld; sesam-harden fix says why`]
      : []),
    "",
  ].join("\n");
}

/** The numbered source line with the finding underlined; empty if there is no line. */
function renderFrame(located: LocatedFinding, paint: Paint): readonly string[] {
  const frame = cutFrame(located);
  if (frame === undefined) return [];
  const { before, marked, after } = frame;
  const number = String(frame.line);
  const gutter = " ".repeat(number.length);
  const marks = "^".repeat(Math.max(1, [...marked].length));
  const offset = " ".repeat([...before].length);
  return [
    // Escape the joined text again, since its parts could combine to a workflow command.
    `    ${paint("faint", `${number} |`)} ${makeVisible(before + marked + after)}`,
    `    ${paint("faint", `${gutter} |`)} ${offset}${paint(located.finding.severity, marks)}`,
  ];
}
