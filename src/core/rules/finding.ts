import {
  documentOf,
  sourceLine,
  type HostFileName,
  type HostFolder,
} from "../fleet/host-folder.ts";
import type { IniDocument, Place } from "../formats/ini/document.ts";
import { homeOf } from "../fleet/stpd-file.ts";
import { docsUrl } from "../base/docs-url.ts";
import { columnOf, decodeBytes, shorten, compareText } from "../base/text.ts";
import type { Rule, RuleFinding } from "./rule.ts";
import type { Severity } from "../base/severity.ts";

/** Whether an edit would fix it, and whether that edit is certain not to lock the host out. */
export type Fixable = "safe" | "unsafe" | "no";

/**
 * A finding as users see it. Lines and columns start at 1, and columns count UTF-16 code units, as
 * editors and SARIF do; the end is exclusive.
 */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Name of the host directory; null if the finding is about the whole fleet. */
  readonly host: string | null;
  /** Path relative to the root, with `/`. */
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

/** What a finding is about, independent of its line number. */
export interface FindingSubject {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** A finding with its source line, as bytes and without the line ending. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly source: string;
  readonly subject: FindingSubject;
}

/** Longest message and help, in UTF-16 code units: values from a file may be huge. */
const maxTextLength = 500;

/** The parts of a finding that do not come from the rule. */
export interface Stamp {
  readonly host: string | null;
  readonly file: string;
  readonly severity: Severity;
  readonly fixable: Fixable;
  readonly suppressed: Finding["suppressed"];
  /** The source line, as bytes. */
  readonly source: string;
}

export function stampFinding(
  rule: Rule,
  { message, help }: RuleFinding,
  { line, span }: Place,
  { host, file, severity, fixable, suppressed, source }: Stamp,
): Finding {
  return {
    rule: rule.id,
    severity,
    host,
    file,
    line: line + 1,
    column: columnOf(source, span[0]),
    endColumn: columnOf(source, span[1]),
    message: shorten(decodeBytes(message), maxTextLength),
    help: shorten(decodeBytes(help), maxTextLength),
    fixable,
    suppressed:
      suppressed === null ? null : { ...suppressed, reason: decodeBytes(suppressed.reason) },
  };
}

/** Locates a finding: its place, its source line and what identifies it. */
export function locateFinding(
  folder: HostFolder,
  { file = "stpd.ini", place, message, identity = message }: RuleFinding,
): { readonly place: Place; readonly source: string; readonly subject: FindingSubject } {
  const found = place ?? sectionPlace(folder);
  const source = sourceLine(folder, file, found.line);
  return { place: found, source, subject: subjectOf(folder, file, found, identity) };
}

/** Default place: the line of `[STPD_Server]` in any spelling, otherwise line 1. */
export function sectionPlace({ stpd }: Pick<HostFolder, "stpd">): Place {
  const line = stpd.kind === "file" ? (homeOf(stpd) ?? -1) : -1;
  const header = stpd.kind === "file" ? stpd.document.lines[line] : undefined;
  if (header === undefined) return { line: 0, span: [0, 0] };
  return { line, span: [header.raw.indexOf("["), header.raw.indexOf("]") + 1] };
}

function subjectOf(
  folder: HostFolder,
  file: HostFileName,
  { line }: Place,
  identity: string,
): FindingSubject {
  const document = documentOf(folder, file);
  if (document === undefined) return { section: "", key: "", value: identity };
  const content = document.lines[line];
  const name = sectionsOf(document)[line] ?? "";
  if (content?.kind === "unparsed") return { section: name, key: "", value: content.raw.trim() };
  if (content?.kind !== "entry") return { section: name, key: "", value: "" };
  return { section: name, key: content.key, value: content.value };
}

const knownSections = new WeakMap<IniDocument, readonly string[]>();

/** The section of each line, computed once per file. */
function sectionsOf(document: IniDocument): readonly string[] {
  const known = knownSections.get(document);
  if (known !== undefined) return known;
  let name = "";
  const sections = document.lines.map((line) => {
    if (line.kind === "section") name = line.name;
    return name;
  });
  knownSections.set(document, sections);
  return sections;
}

/** Orders by file, line, column and rule. Compares code units, so the order is the same on every machine. */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.rule, right.rule)
  );
}

/** URL of a rule's page, for reports that are read outside the project. */
export function rulePage(rule: string): string {
  return `${docsUrl}rules/${rule}.md`;
}
