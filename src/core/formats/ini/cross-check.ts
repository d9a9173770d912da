import { parse } from "ini";
import { byteOrderMark } from "./document.ts";

/** A key of a section, as an edit names it. */
export interface NamedKey {
  readonly section: string;
  readonly key: string;
}

/**
 * True if `ini` reads the same from both texts but for the named keys. A second reader stands for
 * all that were not asked: what it understands differently is not edited unseen.
 */
export function differsOnlyIn(before: string, after: string, named: readonly NamedKey[]): boolean {
  const allowed = new Set(named.map(({ section, key }) => pathOf([...section.split("."), key])));
  const [old, fresh] = [flatten(before), flatten(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].every(
    (path) => allowed.has(path) || old.get(path) === fresh.get(path),
  );
}

/** Tells what `ini` reads a key as; undefined where it reads none. */
export function createReader(text: string): (key: NamedKey) => string | undefined {
  const values = flatten(text);
  return ({ section, key }) => values.get(pathOf([...section.split("."), key]));
}

/** The keys that `ini` reads from a line of a section. */
export function readIniKeys(section: string, raw: string): readonly NamedKey[] {
  // A byte order mark is a part of the key here, unless the line is the file's first.
  return [raw, `\n${raw}`]
    .flatMap((text) => [...flatten(text).keys()])
    .map((key) => ({ section, key }));
}

function pathOf(names: readonly string[]): string {
  return names.filter((name) => name !== "").join("\0");
}

function flatten(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  collect(parse(text.slice(start)), [], values);
  return values;
}

function collect(node: unknown, path: readonly string[], values: Map<string, string>): void {
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    values.set(pathOf(path), typeof node === "string" ? node : JSON.stringify(node));
    return;
  }
  for (const [name, child] of Object.entries(node)) collect(child, [...path, name], values);
}
