import type { FileChange } from "../core/fix/file-change.ts";
import { writeMark } from "../core/fix/pull-request.ts";
import { findSuggestions, type LineChange, type Suggestion } from "../core/fix/suggestions.ts";
import type { Hash } from "../core/policy/baseline.ts";
import type { FolderFixes } from "./check-fleet.ts";

/** A pull request as its reviewers see it. */
export interface Reviews {
  /** The patch of each file that it changes; undefined where GitHub shows none. */
  readonly listPatches: (number: number) => Promise<ReadonlyMap<string, string | undefined>>;
  /** The bodies of all comments on its lines, resolved ones too. */
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
  /** Offered before, and not again, whatever became of it. */
  readonly known: number;
  /** Fixes of lines that are not in the diff, or of files that a suggestion would spoil. */
  readonly rest: readonly FileChange[];
}

/** Offers the fixes of changed lines in one review; a second run offers nothing twice. */
export async function suggestFixes(
  { fixes, prefix, number, sha }: SuggestRequest,
  { reviews, hash, listLineChanges }: SuggestPorts,
): Promise<SuggestResult> {
  const changes = fixes.flatMap(({ path, files }) =>
    files.map(({ name, before, after }) => ({ path: prefix + path + name, before, after })),
  );
  if (changes.length === 0) return { offered: 0, known: 0, rest: [] };
  const patches = await reviews.listPatches(number);
  const judged = changes.map((change) => ({
    change,
    suggestions: findSuggestions(change, listLineChanges(change), patches.get(change.path)),
  }));
  const rest = judged.flatMap(({ change, suggestions }) =>
    suggestions === undefined ? [change] : [],
  );
  const marked = judged
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
      "These edits would harden the hosts without locking one out. Applying them changes no host: the files have to be rolled out, and STPD be restarted.";
    await reviews.review({ number, sha, body, comments });
  }
  return { offered: comments.length, known: marked.length - comments.length, rest };
}
