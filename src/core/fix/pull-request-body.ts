import { assumptions, type Assumption } from "../fleet/assumptions.ts";
import type { Verdict } from "../fleet/verdict.ts";
import { verdicts } from "../fleet/verdict.ts";
import { type Finding, rulePage } from "../rules/finding.ts";
import { docsUrl } from "../base/docs-url.ts";
import { decodeBytes, makeVisible, countOf } from "../base/text.ts";
import { writeMark } from "./pull-request.ts";
import type { HostFixes } from "./plan.ts";
import { escapeMarkdown } from "../formats/markdown.ts";

/** A host of the run, with its verdict before and after the edits. */
export interface FixedHost extends HostFixes {
  readonly name: string;
  /** Path of its directory relative to the fleet's root, with a trailing slash unless it is the root. */
  readonly path: string;
  readonly now: Verdict;
  readonly after: Verdict;
  readonly assumed: readonly Assumption[];
}

export interface FixReport {
  readonly hosts: readonly FixedHost[];
  /** Path from the repository root to the fleet's root: empty or like `config/`. */
  readonly prefix: string;
  /** The diff of each changed file, by its path in the repository. */
  readonly diffs: ReadonlyMap<string, string>;
  /** Paths left for the next run. */
  readonly leftOut: readonly string[];
  /** Hosts whose files differ from the commit, with the reason. */
  readonly skipped: readonly SkippedHost[];
  /** Paths that another run fixed on this branch, which this run did not check. */
  readonly kept: readonly string[];
  /** How the settings relax the check, as sentences. */
  readonly relaxed?: readonly string[] | undefined;
  readonly digest: string;
}

export interface SkippedHost {
  readonly name: string;
  readonly reason: string;
}

/** GitHub's limit is 65,536 characters; this leaves room for text that people add. */
const maxBodyLength = 58_000;
const maxRows = 100;

/**
 * The body of the pull request, most important first: verdicts per host, conditions for closing
 * ports, withheld fixes with reasons, diffs. If it gets too long, diffs are cut before reasons.
 */
export function renderFixBody(report: FixReport): string {
  const { hosts, prefix, leftOut, skipped, kept, relaxed, digest } = report;
  const updated = hosts.filter(({ files }) => files.length > 0);
  const marks = `${writeMark("fix", "v1")}${writeMark("digest", digest)}`;
  const head = [
    renderNumbers(updated),
    "",
    renderTable(updated),
    "### What happens next, and who decides",
    "",
    `Merging this pull request changes no host. A rollout deploys the files in [two phases](${docsUrl}rollouts.md#the-two-phases), and each phase needs the approval of someone who neither requested it nor wrote, pushed or merged the change: the person who merges this pull request cannot approve its rollout. The first phase, \`open\`, adds HTTPS and keeps HTTP and FTP. The second phase, \`close\`, deploys the files as shown here. Before \`close\`:`,
    "",
    `- HTTPS of every host of the [environment](${docsUrl}settings.md#hostini) must be verified over the network;`,
    `- the three [global settings](${docsUrl}global-settings.md) that choose the protocol for migrating data and aborting jobs must be \`https\` on the Server;`,
    `- no task or event may use an HTTP or FTP interface, as the [inventory](${docsUrl}inventory.md) of the Server shows;`,
    "- every host that runs STPD must be in the config repo.",
    "",
    "### What restarts, and what could go wrong",
    "",
    "Each phase restarts SEP sesam on a host, while no transfer is running. While a Server restarts, no backup of its clients can start. On Linux, a change that cannot be verified is rolled back by a timer on the host; Windows hosts are changed by a person.",
    "",
    "### What was checked",
    "",
    "Where this pull request closes HTTP or FTP, three things were checked: the new file sets a valid HTTPS port, the number of the HTTPS port does not change, and common clients can connect to it with TLS 1.2 or 1.3. Only files were read for this. Not checked: the live host, its certificate, and clients that are not in an inventory.",
    "",
    ...listAssumed(updated),
    "",
  ].join("\n");
  const room = maxBodyLength - head.length - marks.length - 200;
  const reasons = renderReasons({ prefix, leftOut, skipped, kept, relaxed, hosts }, room);
  const why = renderWhy(updated, Math.min(room - reasons.length, 12_000));
  const diffs = renderDiffs(updated, report, room - reasons.length - why.length);
  return `${head}${reasons}${why}${diffs}${marks}\n`;
}

/** Assumptions of this pull request that host.ini does not confirm. */
function listAssumed(updated: readonly FixedHost[]): readonly string[] {
  const codes = ["windows-avx", "sesam-version"] as const;
  const lines = codes.flatMap((code) => {
    const names = updated.flatMap(({ name, assumed }) => (assumed.includes(code) ? [name] : []));
    if (names.length === 0) return [];
    return [`- ${assumptions[code]} (${escapeMarkdown(listNames(names))})`];
  });
  if (lines.length === 0) return [];
  const title =
    "Assumed, since host.ini does not say. A host where this is wrong needs its HTTP and FTP ports, so each host is asked before it is changed:";
  return [title, "", ...lines, ""];
}

function renderNumbers(updated: readonly FixedHost[]): string {
  const counts = verdicts
    .map((verdict) => [verdict, updated.filter(({ after }) => after === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} \`${verdict}\``);
  const already = updated.filter(({ now }) => now === "hardened").length;
  const before = already > 0 ? ` ${already} of them were \`hardened\` before.` : "";
  return `This pull request changes the files of ${countOf(updated.length, "host")}. Verdicts with the new files: ${counts.join(", ")}.${before}`;
}

function renderTable(updated: readonly FixedHost[]): string {
  const rows = updated.slice(0, maxRows).map((host) => {
    const { name, now, after, files, isWindows } = host;
    const changes = files.map(
      ({ name: file, before, after: text }) =>
        `${file}: ${before === undefined ? "new" : countOf(countChanged(before, text), "line")}`,
    );
    const isRestarted = files.some(({ name: file }) => file === "stpd.ini");
    const how = isWindows === true ? "SEP sesam, by hand (Windows)" : "SEP sesam";
    const restart = isRestarted ? how : "no";
    return `| ${escapeMarkdown(name)} | ${now} | ${after} | ${changes.join(", ")} | ${restart} |`;
  });
  const left = updated.length - rows.length;
  const more = left > 0 ? ["", `${countOf(left, "host")} more, not listed here.`] : [];
  return ["| host | now | after | changes | restart |", "| --- | --- | --- | --- | --- |"]
    .concat(rows, more, "")
    .join("\n");
}

const split = (text: string): readonly string[] => text.split(/\r\n|\r|\n/);

/** Number of changed lines, without regard to their order. */
function countChanged(before: string, after: string): number {
  const known = new Map<string, number>();
  for (const line of split(before)) known.set(line, (known.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of split(after)) {
    const count = known.get(line) ?? 0;
    if (count === 0) added++;
    else known.set(line, count - 1);
  }
  const removed = [...known.values()].reduce((sum, count) => sum + count, 0);
  return Math.max(added, removed);
}

type Reasons = Pick<FixReport, "hosts" | "prefix" | "leftOut" | "skipped" | "kept" | "relaxed">;

function renderReasons(
  { hosts, prefix, leftOut, skipped, kept, relaxed = [] }: Reasons,
  room: number,
): string {
  const placeOf = ({ file, line }: Finding): string => escapeMarkdown(`${prefix}${file}:${line}`);
  const held = hosts.flatMap(({ withheld }) =>
    withheld.map(({ located: { finding }, reason }) => {
      return `- ${placeOf(finding)} [${finding.rule}](${rulePage(finding.rule)}): ${escapeMarkdown(reason)}\n`;
    }),
  );
  const notes = [
    ...skipped.map(({ name, reason }) => `- ${escapeMarkdown(`${name}: ${reason}`)}\n`),
    ...leftOut.map(
      (path) =>
        `- ${escapeMarkdown(path)}: left for the next run (too many files that are not UTF-8)\n`,
    ),
    ...kept.map(
      (path) =>
        `- ${escapeMarkdown(path)}: fixed by another run, and kept; this run did not check it\n`,
    ),
  ];
  const withheld = fill(
    "### Withheld\n\nThese fixes are not part of this pull request: they could lock a host out, or the host is of a kind on which nothing is fixed automatically. Fix the cause that is named, and the next run adds the fix.\n\n",
    held,
    (room * 2) / 3,
    "fix",
  );
  const items = relaxed.map((line) => `- ${escapeMarkdown(line)}\n`);
  return (
    withheld +
    fill("### Not changed by this run\n\n", notes, room / 4, "line") +
    fill("### Relaxed checks\n\n", items, room / 12, "line")
  );
}

/** Lists each problem once, with the number of hosts that have it. */
function renderWhy(updated: readonly FixedHost[], room: number): string {
  const byCause = new Map<string, { readonly rule: string; readonly hosts: Set<string> }>();
  for (const { name, applied } of updated) {
    for (const { finding } of applied) {
      const text = `${finding.rule} ${finding.message}`;
      const cause = byCause.get(text) ?? { rule: finding.rule, hosts: new Set() };
      cause.hosts.add(name);
      byCause.set(text, cause);
    }
  }
  const items = [...byCause]
    .toSorted(([, left], [, right]) => right.hosts.size - left.hosts.size)
    .map(([text, { rule, hosts }]) => {
      const message = escapeMarkdown(text.slice(rule.length + 1));
      return `- ${countOf(hosts.size, "host")}: [${rule}](${rulePage(rule)}): ${message}\n`;
    });
  return fill("### What was wrong\n\n", items, room, "cause");
}

/** One block per distinct change, since many hosts have the same files. */
function renderDiffs(updated: readonly FixedHost[], report: FixReport, room: number): string {
  const groups = new Map<string, string[]>();
  for (const { name, path, files } of updated) {
    const shown = files.map(({ name: file }) =>
      dropNames(report.diffs.get(report.prefix + path + file) ?? "", file),
    );
    const text = shown.join("");
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  const items = [...groups]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([text, names]) => renderDiff(text, names));
  return fill("### Changes\n\n", items, room, "distinct change");
}

function renderDiff(text: string, names: readonly string[]): string {
  const [first = ""] = names;
  const title =
    names.length === 1
      ? escapeMarkdown(first)
      : `The same change on ${names.length} hosts: ${escapeMarkdown(listNames(names))}`;
  const hasCrlf = /^[ +-].*\r$/m.test(text);
  const note = hasCrlf ? "CRLF line endings are kept.\n\n" : "";
  return `<details><summary>${title}</summary>\n\n${note}${fence(text)}\n</details>\n\n`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Replaces the path in a diff's header with the file name, so that equal changes have equal text. */
function dropNames(diff: string, file: string): string {
  const start = diff.indexOf("\n@@");
  return start < 0 ? diff : `--- ${file}\n${diff.slice(start + 1)}`;
}

function fill(heading: string, items: readonly string[], room: number, noun: string): string {
  if (items.length === 0) return "";
  let text = heading;
  let shown = 0;
  for (const item of items) {
    if (text.length + item.length > room) break;
    text += item;
    shown++;
  }
  const left = items.length - shown;
  return `${text}${left > 0 ? `\n${countOf(left, noun)} more, not shown here.\n` : ""}\n`;
}

/** Fences the diff with more backticks than any line of it contains. */
function fence(diff: string): string {
  const lines = decodeBytes(diff)
    .split("\n")
    .map((line) => makeVisible(line.replace(/\r$/, "")));
  const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0));
  const mark = "`".repeat(longest + 1);
  return `${mark}diff\n${lines.join("\n").trimEnd()}\n${mark}\n`;
}
