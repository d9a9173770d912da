import type { HostFixes } from "../check-host.ts";
import type { Hash } from "../policy/baseline.ts";
import { escapeMarkdown } from "../report/markdown.ts";
import { countOf } from "../report/count.ts";
import type { Finding } from "../rules/finding.ts";
import { decodeBytes, makeVisible } from "../text.ts";
import type { FileChange } from "./file-change.ts";

/** What the branch of the fixes is, seen from its head. */
export interface FixBranch {
  readonly head: string;
  /** False if the head is not the commit that this tool left there. */
  readonly isOurs: boolean;
  /** Of the fixes that the head carries. */
  readonly digest: string | undefined;
}

export interface FixPullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly body: string;
}

export type FixDecision =
  | { readonly kind: "create" | "update" }
  | { readonly kind: "close" }
  | { readonly kind: "unchanged" | "skipped"; readonly reason: string };

/**
 * What is to be done, by what there is. A commit of somebody else is never overwritten, and a pull
 * request that a person closed stays closed until the fixes differ.
 */
export function decideFix(
  digest: string | undefined,
  branch: FixBranch | undefined,
  pull: FixPullRequest | undefined,
): FixDecision {
  const isForeign = branch !== undefined && !branch.isOurs;
  const foreign = "somebody else has pushed to its branch, which is theirs from then on";
  if (digest === undefined) {
    if (pull?.state !== "open") return { kind: "unchanged", reason: "there is nothing to fix" };
    return isForeign ? { kind: "skipped", reason: foreign } : { kind: "close" };
  }
  if (isForeign) return { kind: "skipped", reason: foreign };
  if (pull?.state === "open" && branch !== undefined) {
    return branch.digest === digest
      ? { kind: "unchanged", reason: "the pull request carries these fixes already" }
      : { kind: "update" };
  }
  const wasClosed = pull?.state === "closed" && readMark(pull.body, "closed") === undefined;
  if (wasClosed && readMark(pull.body, "digest") === digest) {
    return { kind: "skipped", reason: "a person closed the pull request with these fixes" };
  }
  return { kind: "create" };
}

/** The same for the same files, in any order. */
export function digestChanges(changes: readonly FileChange[], hash: Hash): string | undefined {
  if (changes.length === 0) return undefined;
  const parts = changes.map(({ path, before, after }) => [path, before ?? null, after].join("\0"));
  return hash(parts.map(hash).toSorted().join("\n"));
}

/** What the tool tells itself, in a comment that nobody sees. */
export function writeMark(name: string, value: string): string {
  return `<!-- sesam-harden:${name}=${value} -->`;
}

export function readMark(text: string, name: string): string | undefined {
  return new RegExp(`<!-- sesam-harden:${name}=([\\w.-]*) -->`).exec(text)?.[1];
}

/** What people wrote below the last mark, or everything where there is none. */
export function readBelowMarks(text: string): string {
  const [last] = [...text.matchAll(/<!-- sesam-harden:[\w.=-]* -->/g)].slice(-1);
  return last === undefined ? text : text.slice(last.index + last[0].length);
}

const trailers = { digest: "Sesam-Harden-Fixes", tree: "Sesam-Harden-Tree" } as const;

/** `tree` is the commit's own: whoever amends the commit changes one and not the other. */
export function writeCommitMessage(hosts: number, digest: string, tree: string): string {
  return [
    `fix: harden the transport security of ${countOf(hosts, "host")}`,
    "",
    "Found by sesam-harden, with the smallest edits that mend it. The hosts change only when these",
    "files are rolled out to them.",
    "",
    `${trailers.digest}: ${digest}`,
    `${trailers.tree}: ${tree}`,
    "",
  ].join("\n");
}

export function readCommitMessage(message: string): {
  readonly digest: string | undefined;
  readonly tree: string | undefined;
} {
  const read = (name: string): string | undefined =>
    new RegExp(`^${name}: ([0-9a-f]+)$`, "m").exec(message)?.[1];
  return { digest: read(trailers.digest), tree: read(trailers.tree) };
}

export interface FixReport {
  readonly hosts: readonly (HostFixes & { readonly name: string })[];
  /** From the root of the repository to the root of the fleet: `` or `config/`. */
  readonly prefix: string;
  readonly diffs: readonly string[];
  /** Paths that did not fit into this run. */
  readonly leftOut: readonly string[];
  readonly digest: string;
}

/** GitHub takes 65,536 characters; some room is for what people add. */
export const longestBody = 58_000;

/** What a reviewer needs: what, where, why, what was withheld, and what a merge does not do. */
export function renderFixBody(report: FixReport): string {
  const { hosts, prefix, leftOut, digest } = report;
  const placeOf = ({ file, line }: Finding): string => escapeMarkdown(`${prefix}${file}:${line}`);
  const mended = hosts.filter(({ files }) => files.length > 0);
  const withheld = hosts.flatMap((host) => host.withheld);
  const head = [
    `${countOf(mended.length, "host")} would be hardened by these edits of files.`,
    "",
    "**Merging changes no host.** The files have to be rolled out, and STPD must be restarted to read them: restart needed. Before plain ports are closed on a host, its HTTPS must be proven on the wire, global settings be set and interfaces be moved; that is the rollout's, not this pull request's.",
    "",
    "No host loses its way in: after these edits every host that is closed for HTTP or FTP has its HTTPS port open, on the same number, with TLS 1.2 or 1.3 under every GnuTLS release that it may run.",
    "",
    "If it was opened with `GITHUB_TOKEN`, workflow runs on it wait until somebody with write access approves them; with the token of a GitHub App they start by themselves.",
    "",
    ...(leftOut.length > 0
      ? [
          `Left for the next run, since GitHub takes only so many files that are not UTF-8: ${leftOut.map(escapeMarkdown).join(", ")}.`,
          "",
        ]
      : []),
  ].join("\n");
  const marks = `${writeMark("fix", "v1")}${writeMark("digest", digest)}`;
  const held = withheld.map(({ located, reason }) => {
    const { finding } = located;
    return `- ${placeOf(finding)} ${finding.rule}: ${escapeMarkdown(reason)}\n`;
  });
  const rows = mended.flatMap(({ applied }) =>
    applied.map(({ finding }) => {
      const { host, rule, message } = finding;
      return `| ${escapeMarkdown(host ?? "")} | ${placeOf(finding)} | ${rule} | ${escapeMarkdown(message)} |\n`;
    }),
  );
  const room = longestBody - head.length - marks.length - 400;
  const withheldText = fill(
    "### Withheld\n\nWhat might lock a host out, with the reason:\n\n",
    held,
    room / 2,
    "fix",
  );
  const diffs = fill(
    "### Before and after\n\n",
    report.diffs.map(fence),
    room - withheldText.length,
    "file",
  );
  // What was wrong is cut first: the edits themselves say most of it.
  const left = room - withheldText.length - diffs.length;
  const table = "### Why\n\n| host | place | rule | what was wrong |\n| --- | --- | --- | --- |\n";
  const why = left > 2 * table.length ? fill(table, rows, left, "finding") : "";
  return `${head}${withheldText}${diffs}${why}${marks}\n`;
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

/** A fence that no line of the diff can close. */
function fence(diff: string): string {
  const lines = decodeBytes(diff).split("\n").map(makeVisible);
  const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0));
  const mark = "`".repeat(longest + 1);
  return `${mark}diff\n${lines.join("\n").trimEnd()}\n${mark}\n`;
}

export function renderFixTitle(hosts: number): string {
  return `Harden the transport security of ${countOf(hosts, "host")}`;
}
