import { parseIni, type IniDocument, type IniLine } from "../formats/ini/document.ts";
import { readCommented } from "../formats/ini/edit.ts";
import { createPriorityReader, type ReadPriority } from "../gnutls/reader.ts";
import type { Policy } from "../settings/policy.ts";
import { findForeign, type ForeignFile } from "./foreign-file.ts";
import { explainPort } from "./spelling.ts";
import {
  priorityKey,
  readLines,
  serverKeys,
  serverSection,
  type PortKey,
  type StpdEntry,
  type StpdLines,
} from "./stpd-lines.ts";
import type { PriorityReading } from "../gnutls/verdict.ts";

export {
  portKeys,
  priorityKey,
  serverKeys,
  serverSection,
  type PortKey,
  type StpdEntry,
} from "./stpd-lines.ts";

/** A priority string of the file, and what the allowed GnuTLS builds make of it. */
export interface PriorityLine {
  readonly entry: StpdEntry;
  readonly readings: readonly PriorityReading[];
}

export interface StpdFile extends StpdLines {
  readonly kind: "file";
  readonly document: IniDocument;
  /** What may be set in `[STPD_Server]`, by the documented key, for others by the key in capitals. */
  readonly serverEntries: ReadonlyMap<string, readonly StpdEntry[]>;
  readonly priorityLines: readonly PriorityLine[];
  readonly absentPort: Policy["absentPort"];
  /** What the allowed GnuTLS builds make of a priority string. */
  readonly readPriority: ReadPriority;
}

/** What the rules look at: a file, or why there is none to look at. */
export type StpdReading =
  | StpdFile
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string; readonly next?: string }
  | ForeignFile
  | {
      readonly kind: "garbled";
      readonly cause: "NUL" | "UTF-16";
      /** Index of the line and column of the first such byte. */
      readonly line: number;
      readonly column: number;
    };

export type ParseStpd = (bytes: string) => StpdReading;

/** Takes what is asked of a host; the parser keeps what it learns about priority strings. */
export function createStpdParser({
  dialects,
  keys,
  absentPort,
}: Pick<Policy, "dialects" | "keys" | "absentPort">): ParseStpd {
  const readPriority = createPriorityReader(dialects, keys);
  return (bytes) => findForeign(bytes) ?? findGarbled(bytes) ?? readFile(parseIni(bytes));

  function readFile(document: IniDocument): StpdReading {
    const lines = readLines(document);
    const other = findOther(document, lines);
    if (other !== undefined) return other;
    const serverEntries = groupByKey(lines.entries);
    const priorityLines = (serverEntries.get(priorityKey) ?? []).map((entry) => ({
      entry,
      readings: readPriority(entry.value),
    }));
    return {
      kind: "file",
      document,
      ...lines,
      serverEntries,
      priorityLines,
      absentPort,
      readPriority,
    };
  }
}

/**
 * A file with sections or settings of which none is STPD's is another file: nothing in it says how
 * STPD is set. One that is empty, or has comments only, sets nothing.
 */
function findOther(document: IniDocument, lines: StpdLines): ForeignFile | undefined {
  const { sections, entries, strays, foreignComments, broken } = lines;
  const first = [...sections, ...entries, ...strays].map(({ line }) => line).toSorted(ascending)[0];
  if (first === undefined || broken.length > 0) return undefined;
  const isStpd =
    sections.some(({ name }) => /stpd/i.test(name)) ||
    entries.some(({ key, known }) => known !== undefined || /^\W*stpd/i.test(key)) ||
    strays.some(({ line }) => /^\W*stpd/i.test(document.lines[line]?.raw ?? "")) ||
    foreignComments.some(({ known }) => known !== undefined) ||
    serverKeys.some((key) => commentedEntries({ document }, key).length > 0);
  const what = "another file, with no section and no key of STPD";
  return isStpd ? undefined : { kind: "foreign", what, line: first };
}

const ascending = (left: number, right: number): number => left - right;

/** A byte order mark of UTF-16, or a NUL, which no text in ASCII, latin1 or UTF-8 holds. */
function findGarbled(bytes: string): StpdReading | undefined {
  if (/^(\xff\xfe|\xfe\xff)/.test(bytes)) {
    return { kind: "garbled", cause: "UTF-16", line: 0, column: 0 };
  }
  const nul = bytes.indexOf("\0");
  if (nul < 0) return undefined;
  const { lines } = parseIni(bytes.slice(0, nul));
  const last = lines.at(-1)?.raw ?? "";
  const atStart = last === "" || last.endsWith("\n") || last.endsWith("\r");
  return {
    kind: "garbled",
    cause: "NUL",
    line: atStart ? lines.length : lines.length - 1,
    column: atStart ? 0 : last.length,
  };
}

function groupByKey(entries: readonly StpdEntry[]): StpdFile["serverEntries"] {
  const groups = new Map<string, StpdEntry[]>();
  for (const entry of entries) {
    if (entry.inServer === "no") continue;
    const key = entry.known ?? entry.key.toUpperCase();
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [entry]);
    else others.push(entry);
  }
  return groups;
}

/** The entries of a key, spelt right, in `[STPD_Server]`: which duplicate STPD obeys is not documented. */
export function entriesOf(
  { serverEntries }: Pick<StpdFile, "serverEntries">,
  key: string,
): readonly StpdEntry[] {
  return (serverEntries.get(key) ?? []).filter(isSpelt);
}

/** Whether HTTPS works rests on the two keys. */
export function isHttpsKey(key: string | undefined): boolean {
  return key === "STPD_HTTPS_PORT" || key === priorityKey;
}

/** Spelt as SEP does, and in the section that SEP names. */
export function isSpelt({ inServer, causes }: StpdEntry): boolean {
  return inServer === "yes" && causes.length === 0;
}

/** No reader that takes SEP's own file can read it otherwise. */
export function isSure({ joined }: StpdFile, entry: StpdEntry): boolean {
  return isSpelt(entry) && entry.joins === undefined && !joined.has(entry.line);
}

/** The line that new keys belong below: `[STPD_Server]`, or what is to become it. */
export function homeOf({ sectionLine, sections }: StpdFile): number | undefined {
  return sectionLine ?? sections.find(({ inServer }) => inServer === "maybe")?.line;
}

/** Entries that may open a plain port: what STPD makes of another spelling is not documented. */
export function plainPortEntries({ serverEntries }: StpdFile, key: PortKey): readonly StpdEntry[] {
  return (serverEntries.get(key) ?? []).filter((entry) => entry.value !== "");
}

/** A plain port that is neither set nor commented out, where the policy takes that for open. */
export function isLeftOpen(file: StpdFile, key: PortKey): boolean {
  return file.absentPort === "open" && isLeftUnsaid(file, key);
}

/** A plain port that is neither set nor commented out. */
export function isLeftUnsaid(file: StpdFile, key: PortKey): boolean {
  return (
    plainPortEntries(file, key).length === 0 &&
    commentedEntries(file, key).length === 0 &&
    !file.foreignComments.some(({ known }) => known === key)
  );
}

/** Commented-out entries of a key, anywhere in the file. */
export function commentedEntries(
  { document }: Pick<StpdFile, "document">,
  key: string,
): readonly number[] {
  return document.lines.flatMap((line: IniLine, index) =>
    line.raw.includes(key) && readCommented(line)?.key === key ? [index] : [],
  );
}

/** Commented-out entries of a key below `[STPD_Server]`, where taking the mark away sets it. */
export function commentedInServer(file: StpdFile, key: string): readonly number[] {
  let section = "";
  const inServer = file.document.lines.map((line) => {
    if (line.kind === "section") section = line.name;
    return section === serverSection;
  });
  return commentedEntries(file, key).filter((line) => inServer[line] === true);
}

/** The number of a port whose entry is nothing but it; quotes may be read as a part of it. */
export function portOf({ value, isQuoted }: StpdEntry): number | undefined {
  return isQuoted ? undefined : readPort(value);
}

/** The number of a port that is to be closed: quotes and the like around it do not matter. */
export function plainNumber({ value }: StpdEntry): number | undefined {
  return readPort(explainPort(value)?.digits ?? value);
}

/** A decimal port number from 1 to 65535, without sign or leading zero; else undefined. */
export function readPort(value: string): number | undefined {
  if (!/^[1-9][0-9]{0,4}$/.test(value)) return undefined;
  const port = Number(value);
  return port <= 65_535 ? port : undefined;
}
