import type { BlobChange } from "./fix-tree.ts";
import type { Hash } from "../base/hash.ts";
import { countOf } from "../base/text.ts";

/** The fix branch at its head. */
export interface FixBranch {
  readonly head: string;
  /** False if someone else pushed to it since. */
  readonly isOurs: boolean;
  /** Digest of the fixes in the head commit. */
  readonly digest: string | undefined;
}

export interface FixPullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly title: string;
  readonly body: string;
  /** Its head branch. */
  readonly branch: string;
}

export type FixDecision =
  | { readonly kind: "create" | "update" }
  | { readonly kind: "close" }
  | { readonly kind: "unchanged" | "skipped"; readonly reason: string };

/**
 * Decides what to do with the pull request. Other people's commits are never overwritten, and a pull
 * request that someone closed stays closed until the fixes change.
 */
export function decideFix(
  digest: string | undefined,
  branch: FixBranch | undefined,
  pull: FixPullRequest | undefined,
): FixDecision {
  const isForeign = branch !== undefined && !branch.isOurs;
  const foreign = "someone else pushed to the fix branch, so sesam-harden no longer updates it";
  if (digest === undefined) {
    if (pull?.state !== "open") return { kind: "unchanged", reason: "there is nothing to fix" };
    return isForeign ? { kind: "skipped", reason: foreign } : { kind: "close" };
  }
  if (isForeign) return { kind: "skipped", reason: foreign };
  if (pull?.state === "open" && branch !== undefined) {
    return branch.digest === digest
      ? { kind: "unchanged", reason: "the pull request already contains these fixes" }
      : { kind: "update" };
  }
  const wasClosed = pull?.state === "closed" && readMark(pull.body, "closed") === undefined;
  if (wasClosed && readMark(pull.body, "digest") === digest) {
    return { kind: "skipped", reason: "someone closed the pull request with these fixes" };
  }
  return { kind: "create" };
}

/** Digest of the edits, independent of their order; undefined if there are none. */
export function digestEdits(edits: readonly BlobChange[], hash: Hash): string | undefined {
  if (edits.length === 0) return undefined;
  const parts = edits.map(({ path, before, after }) => [path, before ?? "", after].join("\0"));
  return hash(parts.map(hash).toSorted().join("\n"));
}

/** A hidden HTML comment in which the tool stores state. */
export function writeMark(name: string, value: string): string {
  return `<!-- sesam-harden:${name}=${value} -->`;
}

export function readMark(text: string, name: string): string | undefined {
  return new RegExp(`<!-- sesam-harden:${name}=([\\w.-]*) -->`).exec(text)?.[1];
}

/** The text that people added below the last mark; the whole text if there is no mark. */
export function readBelowMarks(text: string): string {
  const [last] = [...text.matchAll(/<!-- sesam-harden:[\w.=-]* -->/g)].slice(-1);
  return last === undefined ? text : text.slice(last.index + last[0].length);
}

const trailers = { digest: "Sesam-Harden-Fixes", tree: "Sesam-Harden-Tree" } as const;

/** `tree` is the commit's own tree, so amending the commit breaks the match. */
export function writeCommitMessage(hosts: number, { digest, tree, message }: CommitText): string {
  const subject = `fix: update the transport security settings of ${countOf(hosts, "host")}`;
  const text =
    "sesam-harden found these problems and made the smallest edits that fix them. The hosts do not\nchange until the files are rolled out.";
  return [
    message === undefined ? `${subject}\n\n${text}` : dropTrailers(message),
    "",
    `${trailers.digest}: ${digest}`,
    `${trailers.tree}: ${tree}`,
    "",
  ].join("\n");
}

export interface CommitText {
  readonly digest: string;
  /** The commit's own tree. */
  readonly tree: string;
  /** Replaces subject and text; undefined for the default ones. */
  readonly message: string | undefined;
}

/** A line that looks like one of our trailers would be read as one. */
function dropTrailers(message: string): string {
  const names = Object.values(trailers).join("|");
  return message.replaceAll(new RegExp(`^(${names}):`, "gm"), " $1:").trim();
}

export function readCommitMessage(message: string): {
  readonly digest: string | undefined;
  readonly tree: string | undefined;
} {
  const read = (name: string): string | undefined =>
    new RegExp(`^${name}: ([0-9a-f]+)$`, "m").exec(message)?.[1];
  return { digest: read(trailers.digest), tree: read(trailers.tree) };
}

/** Title of the pull request. */
export function renderFixTitle(hosts: number): string {
  return `Fix the transport security settings of ${countOf(hosts, "host")}`;
}

/** True if the title was not edited, so the number in it may be updated. */
export function isOwnTitle(title: string): boolean {
  return /^Fix the transport security settings of \d+ hosts?$/.test(title);
}
