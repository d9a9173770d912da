/** Start (inclusive) and end (exclusive) within a line's `raw`; one character is one byte. */
export type Span = readonly [start: number, end: number];

/** One physical line. Joining every `raw` in order gives the file, byte for byte. */
export type IniLine =
  | { readonly kind: "blank" | "comment" | "unparsed"; readonly raw: string }
  | {
      readonly kind: "section";
      readonly raw: string;
      /** Up to the first `]`, trimmed. */
      readonly name: string;
      readonly nameSpan: Span;
      /** False if `]` is missing, text follows it, or the name is empty. */
      readonly isWhole: boolean;
    }
  | {
      readonly kind: "entry";
      readonly raw: string;
      readonly key: string;
      readonly keySpan: Span;
      /** Trimmed, and without one pair of double quotes. */
      readonly value: string;
      readonly valueSpan: Span;
    };

export interface IniDocument {
  readonly lines: readonly IniLine[];
}

export interface IniDialect {
  /** Characters that start a comment at the start of a row. */
  readonly commentMarks: string;
}

/** `#` is the only comment marker that SEP documents for stpd.ini. */
const stpdDialect: IniDialect = { commentMarks: "#" };

/** The bytes of a UTF-8 byte order mark, which may precede the first line. */
export const byteOrderMark = "\u00ef\u00bb\u00bf";

/**
 * Reads a byte string (latin1: one character per byte). Never throws: an unreadable line is kept as
 * `unparsed`. Takes linear time.
 */
export function parseIni(text: string, dialect: IniDialect = stpdDialect): IniDocument {
  return { lines: splitLines(text).map((raw, index) => parseLine(raw, index === 0, dialect)) };
}

export function printIni(document: IniDocument): string {
  return document.lines.map(({ raw }) => raw).join("");
}

/** The line ending of a line: CR LF, LF, CR, or nothing at the end of the file. */
export function lineEnding(raw: string): string {
  if (raw.endsWith("\r\n")) return "\r\n";
  const last = raw.at(-1);
  return last === "\n" || last === "\r" ? last : "";
}

/** A lone CR also ends a line, as in `ini` and most other parsers. */
function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let feed = text.indexOf("\n");
  let carriage = text.indexOf("\r");
  while (feed >= 0 || carriage >= 0) {
    const carriageFirst = carriage >= 0 && (feed < 0 || carriage < feed);
    const end = carriageFirst && carriage + 1 !== feed ? carriage + 1 : feed + 1;
    lines.push(text.slice(start, end));
    start = end;
    if (feed >= 0 && feed < start) feed = text.indexOf("\n", start);
    if (carriage >= 0 && carriage < start) carriage = text.indexOf("\r", start);
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";

/** Trims a span. */
export function trim(raw: string, [from, to]: Span): Span {
  let start = from;
  let end = to;
  while (start < end && isBlank(raw[start])) start++;
  while (end > start && isBlank(raw[end - 1])) end--;
  return [start, end];
}

function parseLine(raw: string, isFirst: boolean, { commentMarks }: IniDialect): IniLine {
  const begin = isFirst && raw.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  const [start, end] = trim(raw, [begin, raw.length - lineEnding(raw).length]);
  if (start === end) return { kind: "blank", raw };
  const first = raw.charAt(start);
  if (commentMarks.includes(first)) return { kind: "comment", raw };
  if (first === "[") return parseSection(raw, [start, end]);
  const equals = raw.indexOf("=", start);
  const keySpan = trim(raw, [start, Math.max(start, equals)]);
  if (equals < 0 || keySpan[0] === keySpan[1]) return { kind: "unparsed", raw };
  const valueSpan = unquote(raw, trim(raw, [equals + 1, end]));
  return {
    kind: "entry",
    raw,
    key: raw.slice(...keySpan),
    keySpan,
    value: raw.slice(...valueSpan),
    valueSpan,
  };
}

/** A malformed section line also starts a section, so its keys belong to no other one. */
function parseSection(raw: string, [start, end]: Span): IniLine {
  const close = raw.indexOf("]", start);
  const nameSpan = trim(raw, [start + 1, close < 0 ? end : close]);
  const name = raw.slice(...nameSpan);
  const isWhole = close === end - 1 && name !== "" && !name.includes("[");
  return { kind: "section", raw, name, nameSpan, isWhole };
}

/** GnuTLS rejects quotes, so exactly one pair belongs to the file and not to the value. */
function unquote(raw: string, span: Span): Span {
  const [start, end] = span;
  const quoted = end - start >= 2 && raw[start] === '"' && raw[end - 1] === '"';
  return quoted ? [start + 1, end - 1] : span;
}

/** A line of a file by its index, with the marked span. */
export interface Place {
  readonly line: number;
  readonly span: Span;
}
