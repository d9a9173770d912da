import { writeMark } from "./pull-request.ts";
import { findSuggestions, type LineChange, type Suggestion } from "./suggestions.ts";
import type { Hash } from "../base/hash.ts";
import type { FolderFixes } from "./plan.ts";
import type { FileChange } from "./changes.ts";

/** The review of a pull request. */
export interface Reviews {
  /** The patch of each changed file; undefined if GitHub has none. */
  readonly listPatches: (number: number) => Promise<ReadonlyMap<string, string | undefined>>;
  /** The bodies of all review comments, including resolved ones. */
  readonly listComments: (number: number) => Promise<readonly string[]>;
  readonly review: (request: ReviewRequest) => Promise<void>;
}

export interface ReviewRequest {
  readonly number: number;
  readonly sha: string;
  readonly body: string;
  readonly comments: readonly Suggestion[];
}

export interface SuggestRequest {
  readonly fixes: readonly FolderFixes[];
  readonly prefix: string;
  readonly number: number;
  /** The head of the pull request. */
  readonly sha: string;
}

export interface SuggestPorts {
  readonly reviews: Reviews;
  readonly hash: Hash;
  readonly listLineChanges: (change: FileChange) => readonly LineChange[];
}

export interface SuggestResult {
  readonly offered: number;
  /** Suggestions of earlier runs, which are never repeated. */
  readonly known: number;
  /** Changes that cannot be suggested: lines outside the diff, CRLF or other encodings, or unsafe on their own. */
  readonly rest: readonly FileChange[];
}

/** Findings whose fix makes HTTPS work. */
const opening: readonly string[] = [
  "https-port-missing",
  "tls-priority-invalid",
  "tls-no-modern-protocol",
];

/**
 * True if one edit of a host depends on another. A suggestion can be applied on its own, and a port
 * that is closed before HTTPS works or before the global settings are set would lock the host out.
 */
function goesTogether({ files, applied }: FolderFixes): boolean {
  return files.length > 1 || applied.some(({ finding }) => opening.includes(finding.rule));
}

/** Suggests the fixes of changed lines in one review; never repeats a suggestion of an earlier run. */
export async function suggestFixes(
  { fixes, prefix, number, sha }: SuggestRequest,
  { reviews, hash, listLineChanges }: SuggestPorts,
): Promise<SuggestResult> {
  const changes = fixes.flatMap((host) =>
    host.files.map(({ name, before, after }) => ({
      host,
      path: prefix + host.path + name,
      before,
      after,
    })),
  );
  if (changes.length === 0) return { offered: 0, known: 0, rest: [] };
  const patches = await reviews.listPatches(number);
  const checked = changes.map(({ host, ...change }) => {
    const found = findSuggestions(change, listLineChanges(change), patches.get(change.path));
    const isSplit = host.files.length > 1 || (found !== undefined && found.length > 1);
    return { change, suggestions: isSplit && goesTogether(host) ? undefined : found };
  });
  const rest = checked.flatMap(({ change, suggestions }) =>
    suggestions === undefined ? [change] : [],
  );
  const marked = checked
    .flatMap(({ suggestions = [] }) => suggestions)
    .map((suggestion) => {
      const mark = writeMark(
        "suggestion",
        hash(JSON.stringify([suggestion.path, suggestion.body])),
      );
      return { mark, suggestion: { ...suggestion, body: `${suggestion.body}\n${mark}` } };
    });
  if (marked.length === 0) return { offered: 0, known: 0, rest };
  const before = (await reviews.listComments(number)).join("\n");
  const comments = marked
    .filter(({ mark }) => !before.includes(mark))
    .map(({ suggestion }) => suggestion);
  if (comments.length > 0) {
    const body =
      "These suggestions harden the hosts without locking any of them out. Applying them changes only the files: roll them out and restart STPD afterwards.";
    await reviews.review({ number, sha, body, comments });
  }
  return { offered: comments.length, known: marked.length - comments.length, rest };
}
