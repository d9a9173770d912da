import {
  byteOrderMark,
  lineEnding,
  type IniDocument,
  type IniLine,
  type Span,
} from "../formats/ini/document.ts";
import { findForeignMark, readLoosely, readName } from "./spelling.ts";

/** Section and keys of stpd.ini that SEP documents. */
export const serverSection = "STPD_Server";
export const portKeys = ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"] as const;
export const priorityKey = "STPD_HTTPS_PRIORITY_STRING";
export const serverKeys: readonly string[] = [...portKeys, priorityKey];
export type PortKey = (typeof portKeys)[number];

export interface StpdEntry {
  /** Index of the line. */
  readonly line: number;
  /** As it is written; empty before the first section. */
  readonly section: string;
  /** maybe: in a section that differs from `[STPD_Server]` only by its spelling. */
  readonly inServer: "yes" | "maybe" | "no";
  /** As it is written. */
  readonly key: string;
  readonly keySpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
  readonly isQuoted: boolean;
  /** The documented key that it is, or that a lenient reader may take it for. */
  readonly known: string | undefined;
  /** What differs from the documented spelling. */
  readonly causes: readonly string[];
  /** Index of the line that a reader may take this one for a part of. */
  readonly joins: number | undefined;
  /** The documented key on that line. */
  readonly joinsKnown: string | undefined;
}

export interface SectionLine {
  readonly line: number;
  readonly name: string;
  readonly inServer: StpdEntry["inServer"];
  readonly causes: readonly string[];
}

/** A line that is neither blank, comment, section nor setting. */
export interface StrayLine {
  readonly line: number;
  readonly section: string;
  /** False in a section that is of something else than STPD's server. */
  readonly isOurs: boolean;
  /** The documented key that it is, without a value: some readers set it all the same. */
  readonly known: string | undefined;
  readonly joins: number | undefined;
  readonly joinsKnown: string | undefined;
}

/** A comment that starts with another mark than `#`. */
export interface ForeignComment {
  readonly line: number;
  readonly section: string;
  readonly isOurs: boolean;
  readonly mark: string;
  /** The documented key that it holds, if it is a line that was commented out so. */
  readonly known: string | undefined;
}

export interface StpdLines {
  /** Index of the first `[STPD_Server]` line; undefined where there is none. */
  readonly sectionLine: number | undefined;
  readonly sections: readonly SectionLine[];
  readonly entries: readonly StpdEntry[];
  readonly strays: readonly StrayLine[];
  readonly foreignComments: readonly ForeignComment[];
  /** Lines that leave open what STPD reads: merge markers, broken section lines, open quotes. */
  readonly broken: readonly number[];
  /** Lines that a later one may be taken for a part of. */
  readonly joined: ReadonlySet<number>;
}

/** Sorts the lines of a file by what STPD, or a more lenient reader, makes of them. */
export function readLines({ lines }: IniDocument): StpdLines {
  const sections: SectionLine[] = [];
  const entries: StpdEntry[] = [];
  const strays: StrayLine[] = [];
  const foreignComments: ForeignComment[] = [];
  const broken: number[] = [];
  const joined = new Set<number>();
  let section: Pick<SectionLine, "name" | "inServer"> = { name: "", inServer: "no" };
  const isOurs = (): boolean => section.name === "" || section.inServer !== "no";
  let previous: Pick<StpdEntry, "line" | "known"> | undefined;
  // Many readers end a line at LF alone: for them all that follows a bare CR is one line.
  const bare = lines.findIndex(({ raw }) => lineEnding(raw) === "\r");
  if (bare >= 0 && bare < lines.length - 1) broken.push(bare);
  for (const [line, content] of lines.entries()) {
    if (content.kind === "blank" || content.kind === "comment") continue;
    if (isMergeMarker(content.raw)) {
      if (line !== bare) broken.push(line);
      continue;
    }
    if (content.kind === "section") {
      const read = readSection(line, content);
      // Below a line that goes on, the section may not begin at all.
      const isDoubtful = read.inServer !== "no" && goesOn(lines[line - 1]?.raw);
      if ((!content.isWhole || isDoubtful) && line !== bare) broken.push(line);
      sections.push(read);
      section = read;
      previous = undefined;
      continue;
    }
    const mark = findForeignMark(content.raw);
    if (mark !== undefined) {
      const rest = content.raw.slice(content.raw.indexOf(mark) + mark.length);
      const known = readLoosely(rest, serverKeys)?.name;
      // Readers without this mark take it for a setting, and an indented line below for its value.
      if (/[=:]/.test(rest)) previous = { line, known: undefined };
      foreignComments.push({ line, section: section.name, isOurs: isOurs(), mark, known });
      continue;
    }
    const isJoined = previous !== undefined && mayJoin(lines, line);
    const joins = isJoined ? previous?.line : undefined;
    const joinsKnown = isJoined ? previous?.known : undefined;
    if (joins !== undefined) joined.add(joins);
    const entry = readEntry(content, { line, section: section.name, inServer: section.inServer });
    if (entry === undefined) {
      const text = content.raw.trim().toUpperCase();
      const known = serverKeys.find((key) => isOurs() && key === text);
      strays.push({ line, section: section.name, isOurs: isOurs(), known, joins, joinsKnown });
      // Some readers take it for a key without a value.
      if (joins === undefined) previous = { line, known };
    } else {
      const below = isBelowComment(lines, line) ? line - 1 : undefined;
      const whole = { ...entry, joins: joins ?? below, joinsKnown };
      entries.push(whole);
      if (isUnclosed(content.raw, entry)) broken.push(line);
      if (joins === undefined) previous = whole;
    }
  }
  const sectionLine = sections.find(({ inServer }) => inServer === "yes")?.line;
  return { sectionLine, sections, entries, strays, foreignComments, broken, joined };
}

/** As git, Mercurial and Subversion leave them in a file; `=======` is no heading at this length. */
export function isMergeMarker(raw: string): boolean {
  return /^(?:<{7}|>{7}|\|{7}|={7})(?=[ \t\r\n]|$)/.test(raw);
}

function readSection(line: number, content: Extract<IniLine, { kind: "section" }>): SectionLine {
  const { raw, name } = content;
  const read = readName(name, [serverSection]);
  if (read === undefined) return { line, name, inServer: "no", causes: [] };
  const text = raw.slice(0, raw.length - lineEnding(raw).length).trimEnd();
  const start = line === 0 && raw.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  const isBare = text.slice(start) === `[${name}]`;
  const causes = isBare || !content.isWhole ? read.causes : [...read.causes, "blanks around it"];
  return { line, name, inServer: causes.length === 0 ? "yes" : "maybe", causes };
}

function readEntry(
  content: IniLine,
  place: Pick<StpdEntry, "line" | "section" | "inServer">,
): Omit<StpdEntry, "joins" | "joinsKnown"> | undefined {
  const { raw } = content;
  const isKnown = content.kind === "entry" && serverKeys.includes(content.key);
  const loose = isKnown || !mayNameStpd(raw) ? undefined : readLoosely(raw, serverKeys);
  if (loose !== undefined) {
    const { name, causes, keySpan } = loose;
    const [start, end] = loose.valueSpan;
    const isQuoted = end - start >= 2 && raw[start] === '"' && raw[end - 1] === '"';
    const valueSpan: Span = isQuoted ? [start + 1, end - 1] : [start, end];
    const [key, value] = [raw.slice(...keySpan), raw.slice(...valueSpan)];
    return { ...place, key, keySpan, value, valueSpan, isQuoted, known: name, causes };
  }
  if (content.kind !== "entry") return undefined;
  const { key, keySpan, value, valueSpan } = content;
  const isQuoted = raw[valueSpan[0] - 1] === '"' && raw[valueSpan[1]] === '"';
  const known = isKnown ? key : undefined;
  return { ...place, key, keySpan, value, valueSpan, isQuoted, known, causes: [] };
}

/** False if no spelling of a documented key is in the line: all of them start with these letters. */
function mayNameStpd(raw: string): boolean {
  return /[^\t\r\n -~]|s["'`]*t["'`]*p["'`]*d/i.test(raw);
}

/** Readers with values of several lines take what follows an open quote for a part of the value. */
function isUnclosed(
  raw: string,
  { known, valueSpan, isQuoted }: Pick<StpdEntry, "known" | "valueSpan" | "isQuoted">,
): boolean {
  if (known !== undefined || isQuoted) return false;
  const value = raw.slice(valueSpan[0]);
  return value.startsWith('"') && !value.slice(1).includes('"');
}

/** Whether a comment goes on in the next line is not documented: readers of other formats say so. */
function isBelowComment(lines: readonly IniLine[], line: number): boolean {
  const before = lines[line - 1];
  const isComment = before?.kind === "comment" || findForeignMark(before?.raw ?? "") !== undefined;
  return isComment && goesOn(before?.raw);
}

/** Whether some readers take the next line for a part of this one. */
export function goesOn(raw = ""): boolean {
  return raw.includes("\\") && /\\[ \t]*[\r\n]*$/.test(raw);
}

/** A line that is indented below a setting, or follows one that ends in `\`. */
function mayJoin(lines: readonly IniLine[], line: number): boolean {
  const before = lines[line - 1];
  const isIndented = /^[ \t]/.test(lines[line]?.raw ?? "");
  return isIndented || (before?.kind !== "comment" && goesOn(before?.raw));
}
