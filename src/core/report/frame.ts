import type { LocatedFinding } from "../rules/finding.ts";
import { decodeBytes, makeVisible } from "../base/text.ts";

/** The line that a finding stands on, cut around what is meant; text for people. */
export interface Frame {
  readonly line: number;
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

const frameWidth = 120;

/** Undefined where there is no line, or nothing on it is meant. */
export function cutFrame({
  finding,
  source,
}: Pick<LocatedFinding, "finding" | "source">): Frame | undefined {
  const { line, column, endColumn } = finding;
  if (source === "" || endColumn <= column) return undefined;
  const from = column - 1 > frameWidth / 2 ? column - 1 - frameWidth / 4 : 0;
  const to = Math.min(source.length, from + frameWidth);
  const show = (start: number, end: number): string =>
    makeVisible(decodeBytes(source.slice(start, end)));
  return {
    line,
    before: (from > 0 ? "..." : "") + show(from, column - 1),
    marked: show(column - 1, Math.min(endColumn - 1, to)),
    after: show(endColumn - 1, to) + (to < source.length ? "..." : ""),
  };
}
