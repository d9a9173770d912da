import { decodeBytes } from "../base/text.ts";
import type { FileChange } from "./changes.ts";

/** Lines of the old file, from 1, and what they become; no lines: an insertion behind `start`. */
export interface LineChange {
  readonly start: number;
  readonly count: number;
  readonly lines: readonly string[];
}

/** A review comment that offers a change which a click applies. */
export interface Suggestion {
  readonly path: string;
  /** First and last line of the file at the head of the pull request. */
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
}

/**
 * The lines of a file that a diff shows at its head, with their text: only on these GitHub takes
 * review comments, and one line outside refuses the whole review.
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
 * The changes that can be offered on a pull request. Undefined for a file that a suggestion would
 * spoil: GitHub writes UTF-8 and LF.
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
    // An insertion stands behind a line, which it has to repeat.
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
