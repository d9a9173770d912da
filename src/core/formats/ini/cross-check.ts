import { parse } from "ini";
import { byteOrderMark } from "./document.ts";

/** A key of a section. */
export interface NamedKey {
  readonly section: string;
  readonly key: string;
}

/** Values by path, as `ini` reads them. */
type IniReading = ReadonlyMap<string, string>;

/** Parses a text with `ini` once, for several comparisons. */
export function readWithIni(text: string): IniReading {
  const values = new Map<string, string>();
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  collect(parse(text.slice(start)), "", values);
  return values;
}

/**
 * True if `ini` reads the same from both texts except for the named keys. It represents parsers other
 * than ours, so a text that it reads differently is never edited.
 */
export function differsOnlyIn(old: IniReading, after: string, named: readonly NamedKey[]): boolean {
  const allowed = new Set(named.map(pathOf));
  const fresh = readWithIni(after);
  const isSame = (path: string): boolean => allowed.has(path) || old.get(path) === fresh.get(path);
  return [...old.keys()].every(isSame) && [...fresh.keys()].every(isSame);
}

/** The value of a key as `ini` reads it; undefined if there is none. */
export function valueOf(reading: IniReading, key: NamedKey): string | undefined {
  return reading.get(pathOf(key));
}

/** The keys that `ini` reads from a line of a section. */
export function readIniKeys(section: string, raw: string): readonly NamedKey[] {
  // A byte order mark is a part of the key here, unless the line is the file's first.
  return [raw, `\n${raw}`]
    .flatMap((text) => [...readWithIni(text).keys()])
    .map((key) => ({ section, key }));
}

function pathOf({ section, key }: NamedKey): string {
  return [...section.split("."), key].filter((name) => name !== "").join("\0");
}

function collect(node: unknown, path: string, values: Map<string, string>): void {
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    values.set(path, typeof node === "string" ? node : JSON.stringify(node));
    return;
  }
  for (const [name, child] of Object.entries(node)) {
    const isBelow = path !== "" && name !== "";
    collect(child, isBelow ? `${path}\0${name}` : path + name, values);
  }
}
