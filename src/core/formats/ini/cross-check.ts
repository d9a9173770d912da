import { parse } from "ini";
import { byteOrderMark } from "./document.ts";

/** A key of a section. */
export interface NamedKey {
  readonly section: string;
  readonly key: string;
}

/** What `ini` reads from a text. */
interface IniReading {
  readonly tree: IniNode;
  /** Values by path, collected when they are first needed. */
  readonly values: () => ReadonlyMap<string, string>;
}

type IniNode = Readonly<Record<string, unknown>>;

/** Parses a text with `ini` once, for several comparisons. */
export function readWithIni(text: string): IniReading {
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  const tree = parse(text.slice(start));
  let values: Map<string, string> | undefined;
  return {
    tree,
    values: () => {
      if (values === undefined) collect(tree, "", (values = new Map()));
      return values;
    },
  };
}

/**
 * True if `ini` reads the same from both texts except for the named keys, and those of `listMore`,
 * which are only listed if they are needed. It represents parsers other than ours, so a text that it
 * reads differently is never edited.
 */
export function differsOnlyIn(
  old: IniReading,
  after: string,
  named: readonly NamedKey[],
  listMore: () => readonly NamedKey[] = () => [],
): boolean {
  const allowed = new Set(named.map(pathOf));
  const fresh = readWithIni(after);
  if (isAlike(old.tree, fresh.tree, "", allowed)) return true;
  for (const key of listMore()) allowed.add(pathOf(key));
  if (isAlike(old.tree, fresh.tree, "", allowed)) return true;
  const [before, now] = [old.values(), fresh.values()];
  const isSame = (path: string): boolean => allowed.has(path) || before.get(path) === now.get(path);
  return [...before.keys()].every(isSame) && [...now.keys()].every(isSame);
}

/**
 * True only if the trees are the same except for allowed paths. Compares without a table of all
 * paths, which takes most of the time of a comparison; names that paths leave out need that table.
 */
function isAlike(
  old: IniNode,
  fresh: IniNode,
  path: string,
  allowed: ReadonlySet<string>,
): boolean {
  const isAllowed = (name: string): boolean => allowed.has(path === "" ? name : `${path}\0${name}`);
  for (const name in old) {
    if (name === "") return false;
    const [left, right] = [old[name], fresh[name]];
    if (left === right) continue;
    const isSame =
      isNode(left) && isNode(right)
        ? isAlike(left, right, path === "" ? name : `${path}\0${name}`, allowed)
        : !isNode(left) && !isNode(right) && isAllowed(name);
    if (!isSame) return false;
  }
  for (const name in fresh) {
    if (Object.hasOwn(old, name)) continue;
    if (name === "" || isNode(fresh[name]) || !isAllowed(name)) return false;
  }
  return true;
}

function isNode(value: unknown): value is IniNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a key as `ini` reads it; undefined if there is none. */
export function valueOf(reading: IniReading, key: NamedKey): string | undefined {
  const path = pathOf(key);
  let node: unknown = reading.tree;
  for (const name of path.split("\0")) {
    // Names that paths leave out need the table of all paths.
    if (!isNode(node) || Object.hasOwn(node, "")) return reading.values().get(path);
    node = Object.hasOwn(node, name) ? node[name] : undefined;
  }
  return typeof node === "string" ? node : reading.values().get(path);
}

/** The keys that `ini` reads from a line of a section. */
export function readIniKeys(section: string, raw: string): readonly NamedKey[] {
  // A byte order mark is a part of the key here, unless the line is the file's first.
  const texts = raw.startsWith(byteOrderMark) ? [raw, `\n${raw}`] : [raw];
  return texts
    .flatMap((text) => [...readWithIni(text).values().keys()])
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
