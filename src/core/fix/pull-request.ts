import type { BlobChange } from "./fix-tree.ts";
import type { Hash } from "../base/hash.ts";
import { countOf } from "../base/text.ts";

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
  readonly title: string;
  readonly body: string;
  /** Name of its head branch. */
  readonly branch: string;
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
  const foreign =
    "someone else pushed to its branch, which sesam-harden does not change since then";
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
    return { kind: "skipped", reason: "someone closed the pull request with these fixes" };
  }
  return { kind: "create" };
}

/** The same for the same edits, in any order; undefined where there are none. */
export function digestEdits(edits: readonly BlobChange[], hash: Hash): string | undefined {
  if (edits.length === 0) return undefined;
  const parts = edits.map(({ path, before, after }) => [path, before ?? "", after].join("\0"));
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
    `fix: update the transport security settings of ${countOf(hosts, "host")}`,
    "",
    "Found by sesam-harden, with the smallest edits that fix it. The hosts change only when these",
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

/** GitHub's title of a pull request with fixes. */
export function renderFixTitle(hosts: number): string {
  return `Fix the transport security settings of ${countOf(hosts, "host")}`;
}

/** True for a title that a person has not changed, so that its number may be kept up to date. */
export function isOwnTitle(title: string): boolean {
  return /^Fix the transport security settings of \d+ hosts?$/.test(title);
}
