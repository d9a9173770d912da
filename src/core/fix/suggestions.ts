import { decodeBytes } from "../base/text.ts";
import type { FileChange } from "./changes.ts";

/** Lines of the old file, from 1, and their replacement; with `count` 0 an insertion after `start`. */
export interface LineChange {
  readonly start: number;
  readonly count: number;
  readonly lines: readonly string[];
}

/** A review comment with a change that can be applied with a click. */
export interface Suggestion {
  readonly path: string;
  /** First and last line of the file at the head of the pull request. */
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
}

/**
 * The lines of the new file that a diff shows, with their text. GitHub accepts review comments only
 * on these, and rejects the whole review if one line is outside.
 */
function readPatch(patch: string): ReadonlyMap<number, string> {
  const shown = new Map<number, string>();
  let line = 0;
  for (const text of patch.split("\n")) {
    const header = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (header !== null) line = Number(header[1]);
    else if (text.startsWith("+") || text.startsWith(" ")) shown.set(line++, text.slice(1));
  }
  return shown;
}

/**
 * The changes that can be suggested on a pull request. Undefined for files that a suggestion would
 * corrupt, since GitHub writes UTF-8 with LF.
 */
export function findSuggestions(
  { path, before, after }: FileChange,
  changes: readonly LineChange[],
  patch: string | undefined,
): readonly Suggestion[] | undefined {
  if (before === undefined || patch === undefined || /\r/.test(before)) return undefined;
  if (decodeBytes(before) === before && /[\x80-\xff]/.test(before)) return undefined;
  const shown = readPatch(patch);
  const lines = before.split("\n");
  const offered = changes.map(({ start, count, lines: fresh }): Suggestion | undefined => {
    // A suggestion can only replace lines, so an insertion repeats the line before it.
    const [first, last] = count === 0 ? [start, start] : [start, start + count - 1];
    const kept = count === 0 ? [lines[start - 1] ?? ""] : [];
    for (let line = first; line <= last; line++) {
      if (shown.get(line) !== decodeBytes(lines[line - 1] ?? "")) return undefined;
    }
    const text = [...kept, ...fresh].map(decodeBytes).join("\n");
    const mark = "`".repeat(
      Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)),
    );
    return { path, startLine: first, line: last, body: `${mark}suggestion\n${text}\n${mark}` };
  });
  const complete = offered.filter((one) => one !== undefined);
  return complete.length === changes.length && after !== before ? complete : undefined;
}
