import type { LocatedFinding } from "../rules/finding.ts";
import { decodeBytes, makeVisible } from "../base/text.ts";

/** The source line of a finding, cut around the marked part, with control characters made visible. */
export interface Frame {
  readonly line: number;
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

const frameWidth = 120;

/** Undefined if there is no line, or no part of it is marked. */
export function cutFrame({
  finding,
  source,
}: Pick<LocatedFinding, "finding" | "source">): Frame | undefined {
  const { line, column, endColumn } = finding;
  if (source === "" || endColumn <= column) return undefined;
  const text = decodeBytes(source).replace(/^\ufeff/, "");
  const from = column - 1 > frameWidth / 2 ? column - 1 - frameWidth / 4 : 0;
  const to = Math.min(text.length, from + frameWidth);
  const show = (start: number, end: number): string => makeVisible(text.slice(start, end));
  return {
    line,
    before: (from > 0 ? "..." : "") + show(from, column - 1),
    marked: show(column - 1, Math.min(endColumn - 1, to)),
    after: show(endColumn - 1, to) + (to < text.length ? "..." : ""),
  };
}
