import { parse as readWithIni } from "ini";
import { byteOrderMark, parseIni, type IniDocument, type Span } from "../formats/ini/document.ts";
import { findNearest } from "../base/nearest.ts";
import { columnOf, decodeBytes } from "../base/text.ts";
import type { Field, FieldResult } from "./fields.ts";
import type { Problem } from "../base/errors.ts";

/** Unlike stpd.ini, settings files may have comments after values, and comments with `;`. */
const settingsDialect = { commentMarks: "#;" };

export interface Setting {
  /** Index of the line. */
  readonly line: number;
  readonly section: string;
  readonly key: string;
  readonly keySpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

export interface SettingsFile {
  readonly file: string;
  readonly document: IniDocument;
  readonly settings: readonly Setting[];
  readonly bySection: ReadonlyMap<string, readonly Setting[]>;
  /** Section names with the index of their line. */
  readonly sections: ReadonlyMap<string, number>;
  readonly problems: Problem[];
}

export function report(
  { file, document, problems }: SettingsFile,
  line: number,
  column: number,
  message: string,
  next: string,
): void {
  const place = { line: line + 1, column: columnOf(document.lines[line]?.raw ?? "", column) };
  problems.push({ file, ...place, message, next });
}

/**
 * Reads a settings file with the lossless parser, which provides positions, and compares the result
 * with `ini`. Lines that the two parsers read differently are refused as ambiguous.
 */
export function readSettingsFile(file: string, bytes: string): SettingsFile {
  const document = parseIni(bytes, settingsDialect);
  const settings: Setting[] = [];
  const sections = new Map<string, number>();
  const bySection = new Map<string, Setting[]>([["", []]]);
  const keys = new Map<string, Setting>();
  const read: SettingsFile = { file, document, settings, bySection, sections, problems: [] };
  if (bytes.includes("\0") || /^(\xff\xfe|\xfe\xff)/.test(bytes)) {
    report(read, 0, 0, "this file is not text", "Save it as UTF-8.");
    return read;
  }
  let section = "";
  for (const [line, content] of document.lines.entries()) {
    if (content.kind === "unparsed" || (content.kind === "section" && !content.isWhole)) {
      report(read, line, 0, "expected [section], key = value or a comment", "Correct the line.");
    } else if (content.kind === "section") {
      section = content.name;
      const before = sections.get(section);
      if (before === undefined) {
        sections.set(section, line);
        bySection.set(section, []);
      } else {
        const message = `duplicate section [${section}] (first on line ${before + 1})`;
        report(read, line, content.nameSpan[0], message, "Merge the two sections.");
      }
    } else if (content.kind === "entry") {
      const { raw, key, keySpan } = content;
      const valueSpan = findValue(raw, raw.indexOf("=") + 1);
      const value = decodeBytes(raw.slice(...valueSpan));
      const setting = { line, section, key: decodeBytes(key), keySpan, value, valueSpan };
      const before = keys.get(JSON.stringify([section, key]));
      if (before !== undefined) {
        const message = `duplicate key '${setting.key}' (first on line ${before.line + 1})`;
        report(read, line, keySpan[0], message, "Keep one of them.");
      }
      keys.set(JSON.stringify([section, key]), setting);
      settings.push(setting);
      bySection.get(section)?.push(setting);
    }
  }
  if (read.problems.length === 0) compareWithIni(read, bytes);
  return read;
}

/** The value inside one pair of quotes, or up to a space and a comment marker. */
function findValue(raw: string, from: number): Span {
  let start = from;
  while (raw[start] === " " || raw[start] === "\t") start++;
  let end = raw.length;
  const quote = raw[start] === '"' ? raw.indexOf('"', start + 1) : -1;
  if (quote >= 0 && /^[ \t]*(?:[#;].*)?[\r\n]*$/.test(raw.slice(quote + 1)))
    return [start + 1, quote];
  const comment = raw.slice(start).search(/(?:^|[ \t])[#;]/);
  if (comment >= 0) end = start + comment;
  while (end > start && /[ \t\r\n]/.test(raw[end - 1] ?? "")) end--;
  return [start, end];
}

function compareWithIni(read: SettingsFile, bytes: string): void {
  const text = decodeBytes(
    bytes.startsWith(byteOrderMark) ? bytes.slice(byteOrderMark.length) : bytes,
  );
  const other: unknown = readWithIni(text);
  for (const { line, section, key, keySpan, value } of read.settings) {
    const path = [...(section === "" ? [] : section.split(".")), key];
    const theirs = path.reduce<unknown>(
      (node, name) =>
        typeof node === "object" && node !== null && Object.hasOwn(node, name)
          ? (node as Record<string, unknown>)[name]
          : undefined,
      other,
    );
    if (typeof theirs === "object" || String(theirs) !== value) {
      const message = `ambiguous value for ${key} (INI parsers disagree on it)`;
      report(
        read,
        line,
        keySpan[0],
        message,
        "Write the value without # ; \\ [ ] and inner quotes.",
      );
    }
  }
}

/** The fields of a section, by key. */
export type SectionFields = Readonly<Record<string, Field<unknown>>>;

/** The values of a section's fields. */
export type ValuesOf<Fields extends SectionFields> = {
  [Key in keyof Fields]: Fields[Key] extends Field<infer Value> ? Value : never;
};

type DefaultedKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly fallback: string } ? Key : never;
}[keyof Fields];

/** The same, with fields that have a default always present. */
export type SectionValues<Fields extends SectionFields> = Partial<ValuesOf<Fields>> &
  Pick<ValuesOf<Fields>, DefaultedKeys<Fields>>;

/** Reads a section by its fields. Invalid and unknown keys are reported and count as not set. */
export function readSection<Fields extends SectionFields>(
  read: SettingsFile,
  section: string,
  fields: Fields,
): SectionValues<Fields> {
  const defaults = Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) =>
      "value" in field ? [[key, field.value]] : [],
    ),
  );
  return { ...(defaults as SectionValues<Fields>), ...readGiven(read, section, fields) };
}

/** Only what the file says of a section, without defaults. */
export function readGiven<Fields extends SectionFields>(
  read: SettingsFile,
  section: string,
  fields: Fields,
): Partial<ValuesOf<Fields>> {
  const values: Partial<ValuesOf<Fields>> = {};
  for (const setting of settingsOf(read, section)) {
    const { line, key, keySpan, value } = setting;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      const known = Object.keys(fields);
      reportUnknown(read, { line, column: keySpan[0], what: `key '${key}'`, word: key, known });
      continue;
    }
    const result = field(value);
    if (result.ok) values[key as keyof Fields] = result.value as ValuesOf<Fields>[keyof Fields];
    else reportValue(read, setting, result);
  }
  return values;
}

/** Reports an invalid value and what was expected. */
export function reportValue(
  read: SettingsFile,
  { line, key, value, valueSpan }: Setting,
  { expected, nearest }: Extract<FieldResult<unknown>, { readonly ok: false }>,
): void {
  const [start] = valueSpan;
  const [mark = ""] = /^[#;]/.exec((read.document.lines[line]?.raw ?? "").slice(start)) ?? [];
  const isCutOff = value === "" && mark !== "";
  const what = isCutOff
    ? `${key} has no value because ${mark} starts a comment`
    : `invalid value '${value}' for ${key}`;
  const next = isCutOff ? `Write the value without ${mark}.` : "Correct the value.";
  report(
    read,
    line,
    start,
    `${what} (expected ${expected})`,
    nearest === undefined ? next : `Did you mean ${nearest}?`,
  );
}

/** Required keys that are missing; keys with an invalid value are already reported. */
export function listLacking(
  read: SettingsFile,
  section: string,
  needed: Readonly<Record<string, unknown>>,
): readonly string[] {
  const given = new Set(settingsOf(read, section).map(({ key }) => key));
  return Object.entries(needed).flatMap(([key, value]) =>
    value === undefined && !given.has(key) ? [key] : [],
  );
}

export function reportLacking(
  read: SettingsFile,
  section: string,
  { needed, next }: { readonly needed: Readonly<Record<string, unknown>>; readonly next: string },
): void {
  const lacking = listLacking(read, section, needed);
  if (lacking.length === 0) return;
  const line = read.sections.get(section) ?? 0;
  report(read, line, 0, `[${section}] lacks ${lacking.join(", ")}`, next);
}

export function settingsOf({ bySection }: SettingsFile, section: string): readonly Setting[] {
  return bySection.get(section) ?? [];
}

export function reportUnknown(
  read: SettingsFile,
  {
    line,
    column,
    what,
    word,
    known,
  }: {
    readonly line: number;
    readonly column: number;
    /** Such as `key 'restrat'`. */
    readonly what: string;
    readonly word: string;
    readonly known: readonly string[];
  },
): void {
  const nearest = findNearest(word, known);
  const list = known.length === 0 ? "Put it in a section." : `Known: ${known.join(", ")}.`;
  const next = nearest === undefined ? list : `Did you mean ${nearest}?`;
  report(read, line, column, `unknown ${what}`, next);
}
