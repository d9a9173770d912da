import { lineEnding } from "../ini/document.ts";
import { decodeBytes, shorten } from "../text.ts";
import type { StpdFile, Subject } from "../fleet/stpd-file.ts";
import type { Place, Rule, RuleFinding, Severity } from "./rule.ts";

/** Whether an edit would mend it, and whether that edit is sure not to lock the host out. */
export type Fixable = "safe" | "unsafe" | "no";

/** A finding as users see it. Lines and columns start at 1 and count bytes; the end is exclusive. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Name of the host's folder; null where the whole fleet is meant. */
  readonly host: string | null;
  /** Path below the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
  /** What to do next. */
  readonly help: string;
  readonly fixable: Fixable;
  readonly suppressed: { readonly reason: string; readonly until: string } | null;
}

/** A finding with the line that it stands on, as bytes and without its line ending. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly source: string;
}

/** Whatever a file holds, a message stays one that a person can read. */
const longestText = 500;

export function locateFinding(
  { id, severity }: Rule,
  { place, message, help }: RuleFinding,
  at: { readonly host: string; readonly file: string; readonly subject: Subject },
  fixable: Fixable,
): LocatedFinding {
  const { line, span } = place ?? sectionPlace(at.subject);
  const raw = at.subject.kind === "file" ? (at.subject.document.lines[line]?.raw ?? "") : "";
  const finding: Finding = {
    rule: id,
    severity,
    host: at.host,
    file: at.file,
    line: line + 1,
    column: span[0] + 1,
    endColumn: span[1] + 1,
    message: shorten(decodeBytes(message), longestText),
    help: shorten(decodeBytes(help), longestText),
    fixable,
    suppressed: null,
  };
  return { finding, source: raw.slice(0, raw.length - lineEnding(raw).length) };
}

/** A finding without a place stands on the `[STPD_Server]` line, else on line 1. */
export function sectionPlace(subject: Subject): Place {
  if (subject.kind !== "file" || subject.sectionLine === undefined) {
    return { line: 0, span: [0, 0] };
  }
  return { line: subject.sectionLine, span: headerSpan(subject, subject.sectionLine) };
}

function headerSpan({ document }: StpdFile, index: number): Place["span"] {
  const line = document.lines[index];
  if (line?.kind !== "section") return [0, 0];
  return [line.raw.indexOf("["), line.raw.indexOf("]") + 1];
}

/** By file, line, column and rule, compared code unit by code unit: the same on every machine. */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.rule, right.rule)
  );
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
