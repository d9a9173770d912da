import { parseIni, type IniDocument, type IniLine, type Span } from "../ini/document.ts";
import { readCommented } from "../ini/edit.ts";
import {
  createPriorityReader,
  type PriorityReading,
  type ReadPriority,
} from "../gnutls/readings.ts";
import type { Policy } from "../policy/policy.ts";

/** Section and keys of stpd.ini that SEP documents. */
export const serverSection = "STPD_Server";
export const portKeys = ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"] as const;
export const priorityKey = "STPD_HTTPS_PRIORITY_STRING";
export const serverKeys: readonly string[] = [...portKeys, priorityKey];
export type PortKey = (typeof portKeys)[number];

export interface StpdEntry {
  /** Index of the line. */
  readonly line: number;
  /** Empty before the first section. */
  readonly section: string;
  readonly key: string;
  readonly keySpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

/** A priority string of the file, and what the allowed GnuTLS builds make of it. */
export interface PriorityLine {
  readonly entry: StpdEntry;
  readonly readings: readonly PriorityReading[];
}

export interface StpdFile {
  readonly kind: "file";
  readonly document: IniDocument;
  /** Index of the first `[STPD_Server]` line; undefined where there is none. */
  readonly sectionLine: number | undefined;
  readonly entries: readonly StpdEntry[];
  /** The entries of `[STPD_Server]` by their keys in capitals. */
  readonly serverEntries: ReadonlyMap<string, readonly StpdEntry[]>;
  readonly priorityLines: readonly PriorityLine[];
  readonly absentPort: Policy["absentPort"];
  /** What the allowed GnuTLS builds make of a priority string. */
  readonly readPriority: ReadPriority;
}

/** What the rules look at: a file, or why there is none to look at. */
export type Subject =
  | StpdFile
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "garbled";
      readonly cause: "NUL" | "UTF-16";
      /** Index of the line and column of the first such byte. */
      readonly line: number;
      readonly column: number;
    };

export type ParseStpd = (bytes: string) => Subject;

/** Takes what is asked of a host; the parser keeps what it learns about priority strings. */
export function createStpdParser({
  dialects,
  keys,
  absentPort,
}: Pick<Policy, "dialects" | "keys" | "absentPort">): ParseStpd {
  const readPriority = createPriorityReader(dialects, keys);
  return (bytes) => findGarbled(bytes) ?? readFile(parseIni(bytes));

  function readFile(document: IniDocument): StpdFile {
    const { entries, serverEntries, sectionLine } = readEntries(document);
    const priorityLines = entriesOf({ serverEntries }, priorityKey).map((entry) => ({
      entry,
      readings: readPriority(entry.value),
    }));
    return {
      kind: "file",
      document,
      sectionLine,
      entries,
      serverEntries,
      priorityLines,
      absentPort,
      readPriority,
    };
  }
}

/** A byte order mark of UTF-16, or a NUL, which no text in ASCII, latin1 or UTF-8 holds. */
function findGarbled(bytes: string): Subject | undefined {
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

function readEntries({
  lines,
}: IniDocument): Pick<StpdFile, "entries" | "serverEntries" | "sectionLine"> {
  const entries: StpdEntry[] = [];
  const serverEntries = new Map<string, StpdEntry[]>();
  let section = "";
  let sectionLine: number | undefined;
  for (const [line, content] of lines.entries()) {
    if (content.kind === "section") {
      section = content.name;
      if (section === serverSection) sectionLine ??= line;
    }
    if (content.kind === "entry") {
      const { key, keySpan, value, valueSpan } = content;
      const entry = { line, section, key, keySpan, value, valueSpan };
      entries.push(entry);
      if (section !== serverSection) continue;
      const others = serverEntries.get(key.toUpperCase());
      if (others === undefined) serverEntries.set(key.toUpperCase(), [entry]);
      else others.push(entry);
    }
  }
  return { entries, serverEntries, sectionLine };
}

/** The entries of a key in `[STPD_Server]`: which duplicate STPD obeys is not documented. */
export function entriesOf(
  { serverEntries }: Pick<StpdFile, "serverEntries">,
  key: string,
): readonly StpdEntry[] {
  return (serverEntries.get(key) ?? []).filter((entry) => entry.key === key);
}

/**
 * Entries that may open a plain port. Whether STPD minds the case of a key is not documented, so
 * `stpd_port` counts as well.
 */
export function plainPortEntries({ serverEntries }: StpdFile, key: PortKey): readonly StpdEntry[] {
  return (serverEntries.get(key) ?? []).filter((entry) => entry.value !== "");
}

/** A plain port that is neither set nor commented out, where the policy takes that for open. */
export function isLeftOpen(file: StpdFile, key: PortKey): boolean {
  return (
    file.absentPort === "open" &&
    plainPortEntries(file, key).length === 0 &&
    commentedEntries(file, key).length === 0
  );
}

/** Commented-out entries of a key, anywhere in the file. */
export function commentedEntries({ document }: StpdFile, key: string): readonly number[] {
  return document.lines.flatMap((line: IniLine, index) =>
    readCommented(line)?.key === key ? [index] : [],
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

/** A decimal port number from 1 to 65535, without sign or leading zero; else undefined. */
export function readPort(value: string): number | undefined {
  if (!/^[1-9][0-9]{0,4}$/.test(value)) return undefined;
  const port = Number(value);
  return port <= 65_535 ? port : undefined;
}
