import type { HostFolder } from "./host-folder.ts";
import { type FindUse, type PlainPortKey, plainKeys } from "./port-usage.ts";
import {
  isLeftOpen,
  isSure,
  plainNumber,
  portOf,
  type StpdEntry,
  type StpdFile,
} from "./stpd-file.ts";
import { goesOn, type StrayLine } from "./stpd-lines.ts";
import { lineEnding } from "../formats/ini/document.ts";

/** True if a plain port that may be open before may be closed after, or has another number then. */
export function closesPlainPort(before: StpdFile, after: StpdFile): boolean {
  return plainKeys.some((key) => mayBeOpen(key, before) && !keepsPort(key, before, after));
}

/**
 * Names a task or event that uses a plain port of the host which may not be open with the new file;
 * undefined if none does. An exception from a rule does not matter: the task would fail all the
 * same.
 */
export function findClosedUse(
  { folder, findUse }: { readonly folder: HostFolder; readonly findUse: FindUse },
  before: StpdFile,
  after: StpdFile,
): string | undefined {
  return plainKeys
    .filter((key) => !keepsPort(key, before, after))
    .map((key) => findUse(folder, key))
    .find((use) => use !== undefined);
}

/** Wherever it is set: whether STPD reads a line outside of its section is not documented. */
function mayBeOpen(key: PlainPortKey, file: StpdFile): boolean {
  return isLeftOpen(file, key) || entriesOfKey(key, file).some(({ value }) => value !== "");
}

/**
 * Whether the lines of the key are the same, or all set one number and are certain, or the key is
 * left out where that means open. Which of several lines STPD uses is not documented, so a further
 * line may close the port.
 */
function keepsPort(key: PlainPortKey, before: StpdFile, after: StpdFile): boolean {
  const isUnsaid = isLeftOpen(after, key);
  if (!mayBeOpen(key, after) || isUnsaid !== isLeftOpen(before, key)) return false;
  const [old, fresh] = [listLines(key, before), listLines(key, after)];
  if (wordPorts(old, before) === wordPorts(fresh, after)) return true;
  if (isUnsaid) return fresh.length === 0;
  const entries = entriesOfKey(key, after);
  const numbers = [...entriesOfKey(key, before).map(plainNumber), ...entries.map(portOf)];
  const [number] = numbers;
  return (
    number !== undefined &&
    numbers.every((other) => other === number) &&
    entries.length === fresh.length &&
    entries.every((entry) => isSure(after, entry))
  );
}

function listLines(key: PlainPortKey, file: StpdFile): readonly (StpdEntry | StrayLine)[] {
  return [...entriesOfKey(key, file), ...straysOf(key, file)];
}

function entriesOfKey(key: PlainPortKey, { entries }: StpdFile): readonly StpdEntry[] {
  return entries.filter(({ known }) => known === key);
}

export function straysOf(key: PlainPortKey, { strays }: StpdFile): readonly StrayLine[] {
  return strays.filter(({ known }) => known === key);
}

/** Settings and strays as text, in the order of the file: equal if every parser reads them alike. */
export function wordPorts(
  lines: readonly Pick<StpdEntry, "line" | "section" | "joins">[],
  file: StpdFile,
): string {
  const sorted = lines.toSorted((left, right) => left.line - right.line);
  return JSON.stringify(sorted.map((line) => wordLine(line, file)));
}

/**
 * The text of a line with its section, and with the lines that a parser may join to it: an indented
 * line, or one after a backslash.
 */
export function wordLine(
  { line, section, joins }: Pick<StpdEntry, "line" | "section" | "joins">,
  { document, entries, strays }: StpdFile,
): string {
  const after = [...entries, ...strays].filter((other) => other.joins === line);
  let last = after.at(-1)?.line ?? line;
  // What follows may be a comment or a blank line.
  while (goesOn(document.lines[last]?.raw)) last++;
  const texts = document.lines.slice(joins ?? line, last + 1).map(({ raw }) => withoutEnding(raw));
  return JSON.stringify([section, ...texts]);
}

export function withoutEnding(raw: string): string {
  return raw.slice(0, raw.length - lineEnding(raw).length);
}
