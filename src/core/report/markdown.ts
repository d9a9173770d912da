import { rulePage, type LocatedFinding } from "../rules/finding.ts";
import { verdicts, type Verdict } from "../fleet/verdict.ts";
import { countOf } from "../base/text.ts";
import { countRules, describeSince, groupHosts, type RuleCount } from "./groups.ts";
import { describeRelaxed, joinItems, type RelaxedLine } from "./relaxed.ts";
import {
  countResults,
  rankHosts,
  severities,
  summarize,
  type Checked,
  type Counts,
  type RankedHost,
} from "../check/checked-fleet.ts";
import { escapeMarkdown } from "../formats/markdown.ts";

export interface MarkdownOptions {
  /** Maximum length in characters; the rest is cut. */
  readonly limit?: number;
  /** URL of a line of a file; by default lines are not linked. */
  readonly linkTo?: ((file: string, line: number) => string) | undefined;
}

const squares: Readonly<Record<Verdict, string>> = {
  hardened: "🟩",
  partial: "🟨",
  plaintext: "🟥",
  "locked-out": "⬛",
  unknown: "⬜",
};

/**
 * Markdown for a job summary: hosts by verdict, rules by number of hosts, findings worst first. Hosts
 * with the same findings share a block.
 */
export function renderMarkdown(checked: Checked, options: MarkdownOptions = {}): string {
  const { limit = Infinity, linkTo } = options;
  const counts = countResults(checked);
  const writer = createWriter(limit);
  writer.add(`## sesam-harden\n\n${summarize(counts)}\n\n`);
  writer.add(`${drawStrip(counts)}\n\n`);
  // At the top, so that the limit never cuts it.
  writer.add(listRelaxed([...describeSince(checked), ...describeRelaxed(checked)]));
  const { fleet, groups } = groupHosts(checked);
  const found = new Set(groups.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
  const clean = rankHosts(checked).filter(({ host }) => !found.has(host));
  const rows = [...groups.map(({ hosts }) => hosts), ...groupClean(clean)].map(renderHosts);
  writer.addAll(
    "| hosts | environment | verdict | errors | warnings | notices |\n| --- | --- | --- | ---: | ---: | ---: |\n",
    rows,
    "row",
  );
  const rules = countRules(checked);
  if (rules.length > 0) {
    const head =
      "| rule | hosts | findings | fixed automatically |\n| --- | ---: | ---: | ---: |\n";
    writer.addAll(`### Rules\n\n${head}`, rules.map(renderRule), "rule");
  }
  const blocks = [
    ...(fleet.length === 0 ? [] : [renderBlock("Fleet", fleet, linkTo)]),
    ...groups.map(({ hosts, findings }) => renderBlock(nameGroup(hosts), findings, linkTo)),
  ].filter((block) => block !== "");
  if (blocks.length > 0) writer.addAll("### Findings\n\n", blocks, "group");
  const suppressed = checked.findings.filter(({ finding }) => finding.suppressed !== null);
  if (suppressed.length > 0) {
    const head = "| place | rule | until | reason |\n| --- | --- | --- | --- |\n";
    writer.addAll(`### Suppressed\n\n${head}`, suppressed.map(renderSuppressed), "finding");
  }
  return writer.text();
}

/** One square per host, or per several hosts in large fleets; every verdict that occurs has one. */
function drawStrip({ byVerdict, hosts }: Counts): string {
  const scale = Math.max(1, hosts / longestStrip);
  return verdicts
    .map((verdict) => squares[verdict].repeat(Math.ceil(byVerdict[verdict] / scale)))
    .join("");
}

const longestStrip = 40;

/** Groups hosts without findings by verdict and environment. */
function groupClean(hosts: readonly RankedHost[]): readonly (readonly RankedHost[])[] {
  const groups = new Map<string, RankedHost[]>();
  for (const ranked of hosts) {
    const key = JSON.stringify([ranked.host.verdict, ranked.host.environment]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [ranked]);
    else group.push(ranked);
  }
  return [...groups.values()];
}

function renderHosts(hosts: readonly RankedHost[]): string {
  const [first] = hosts;
  if (first === undefined) return "";
  const { host, count } = first;
  const environments = [...new Set(hosts.map(({ host: { environment } }) => environment ?? ""))];
  const cells = [
    nameHosts(hosts),
    environments.map(escapeMarkdown).join(", "),
    host.verdict,
    count.error,
    count.warning,
    count.notice,
  ];
  return `| ${cells.join(" | ")} |\n`;
}

const shownHosts = 5;

function nameHosts(hosts: readonly RankedHost[]): string {
  const names = hosts.map(({ host }) => escapeMarkdown(host.name));
  const left = names.length - shownHosts;
  if (left < 2) return names.join(", ");
  return `**${names.length} hosts**: ${names.slice(0, shownHosts).join(", ")} and ${left} more`;
}

function nameGroup(hosts: readonly RankedHost[]): string {
  const verdict = hosts[0]?.host.verdict ?? "unknown";
  return `${squares[verdict]} ${nameHosts(hosts)}: ${verdict}`.replaceAll("**", "");
}

function renderRule({ rule, hosts, findings, fixable }: RuleCount): string {
  return `| [${rule}](${rulePage(rule)}) | ${hosts} | ${findings} | ${fixable} |\n`;
}

/** Empty if all findings are suppressed. */
function renderBlock(
  title: string,
  findings: readonly LocatedFinding[],
  linkTo: MarkdownOptions["linkTo"],
): string {
  const open = findings.filter(({ finding }) => finding.suppressed === null);
  if (open.length === 0) return "";
  const ranked = severities.flatMap((severity) =>
    open.filter(({ finding }) => finding.severity === severity),
  );
  const rows = ranked.map(({ finding }) => {
    const { severity, file, line, message, help, rule } = finding;
    const place = escapeMarkdown(`${file}:${line}`);
    const linked = linkTo === undefined ? place : `[${place}](${linkTo(file, line)})`;
    const link = `[${rule}](${rulePage(rule)})`;
    return `| ${severity} | ${linked} | ${escapeMarkdown(message)} | ${escapeMarkdown(help)} | ${link} |\n`;
  });
  const head =
    "| severity | place | finding | what to do | rule |\n| --- | --- | --- | --- | --- |\n";
  const count = countOf(open.length, "finding");
  return `<details><summary>${title} (${count})</summary>\n\n${head}${rows.join("")}\n</details>\n\n`;
}

/** Lists what changed and how the check is relaxed; empty if nothing is to be said. */
function listRelaxed(lines: readonly RelaxedLine[]): string {
  if (lines.length === 0) return "";
  return `${lines.map((line) => `- ${escapeMarkdown(joinItems(line))}\n`).join("")}\n`;
}

export interface Writer {
  readonly add: (text: string) => void;
  /** Adds a heading and as many rows as fit, then the number of rows left out. */
  readonly addAll: (heading: string, rows: readonly string[], noun: string) => void;
  readonly text: () => string;
}

/** `rest` says where the rows that do not fit can be found. */
export function createWriter(limit: number, rest = "the JSON report has all of them"): Writer {
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

function renderSuppressed({ finding }: LocatedFinding): string {
  const { file, line, rule, suppressed } = finding;
  const place = escapeMarkdown(`${file}:${line}`);
  const reason = escapeMarkdown(suppressed?.reason ?? "");
  return `| ${place} | ${rule} | ${suppressed?.until ?? ""} | ${reason} |\n`;
}
