import { findInterfaces, splitInterfaces } from "./interface-text.ts";

/** The API documents no field for interfaces, so they are searched for. All in lowercase. */
export interface SearchTerms {
  /** A key that contains one of these holds interfaces. */
  readonly interfaceKeys: readonly string[];
  /** Values below a key with this name are not searched. */
  readonly ignoredKeys: readonly string[];
}

export interface FoundValue {
  readonly interfaces: ReadonlySet<string>;
  /** An interface field is there, and empty. */
  readonly hasBlank: boolean;
  /** There is an interface field, or a text that is one interface and nothing else. */
  readonly isShown: boolean;
  /** Keys of interface fields that hold something else than text. */
  readonly unread: ReadonlySet<string>;
}

/** Deeper items are refused: no known one has more than a few levels. */
const deepest = 64;

/** Members that hold the text of an interface where its field is an object. */
const labels = new Set(["name", "url", "uri", "address", "host", "hostname", "value"]);

interface Search {
  readonly terms: SearchTerms;
  readonly interfaces: Set<string>;
  readonly unread: Set<string>;
  hasBlank: boolean;
  isShown: boolean;
  /** Counts every find, also one that is known already, and every blank. */
  finds: number;
}

/** Context of a value: the nearest key, the host of its object, and whether it is an interface. */
interface Place {
  readonly key: string;
  readonly host: string;
  readonly isField: boolean;
  readonly depth: number;
}

/** Searches all of a client, task or event. */
export function searchInterfaces(item: unknown, terms: SearchTerms): FoundValue {
  const search: Search = {
    terms,
    interfaces: new Set(),
    unread: new Set(),
    hasBlank: false,
    isShown: false,
    finds: 0,
  };
  visit(item, { key: "", host: "", isField: false, depth: 0 }, search);
  return search;
}

function visit(value: unknown, place: Place, search: Search): void {
  if (place.depth > deepest) search.unread.add(place.key);
  else if (Array.isArray(value)) visitList(value, place, search);
  else if (typeof value === "object" && value !== null) visitMembers({ ...value }, place, search);
  else if (typeof value === "string") readText(value, place, search);
  else if (typeof value === "number") readNumber(value, place, search);
  else if (value === null && place.isField) addBlank(search);
}

function visitList(list: readonly unknown[], place: Place, search: Search): void {
  if (place.isField && list.length === 0) addBlank(search);
  for (const value of list) visit(value, { ...place, depth: place.depth + 1 }, search);
}

function visitMembers(
  members: Readonly<Record<string, unknown>>,
  place: Place,
  search: Search,
): void {
  const { interfaceKeys, ignoredKeys } = search.terms;
  const before = search.finds;
  const host = hostIn(members);
  const keys = Object.keys(members);
  if (place.isField && keys.length === 0) addBlank(search);
  for (const key of keys) {
    const lower = key.toLowerCase();
    if (ignoredKeys.includes(lower)) continue;
    const isField =
      (place.isField && labels.has(lower)) || interfaceKeys.some((word) => lower.includes(word));
    visit(members[key], { key, host, isField, depth: place.depth + 1 }, search);
  }
  // An object that names its interface in a way unknown here, perhaps by a number.
  if (place.isField && search.finds === before) search.unread.add(place.key);
}

function readText(text: string, place: Place, search: Search): void {
  if (place.isField && text.trim() === "") addBlank(search);
  else if (isPlainPort(text, place)) add(`${place.host}:${text}`, place, search);
  else {
    const found = place.isField ? splitInterfaces(text) : findInterfaces(text);
    for (const name of found) add(name, place, search);
    // An address in a comment is no field, and does not tell that other items have none.
    if (found.length === 1 && found[0] === text.trim() && /:\d+\/?$/.test(text.trim())) {
      search.isShown = true;
    }
  }
}

function readNumber(value: number, place: Place, search: Search): void {
  if (isPlainPort(String(value), place)) add(`${place.host}:${value}`, place, search);
  else if (place.isField) search.unread.add(place.key);
}

function add(found: string, { isField }: Place, search: Search): void {
  search.interfaces.add(found);
  search.finds++;
  if (isField) search.isShown = true;
}

function addBlank(search: Search): void {
  search.hasBlank = true;
  search.isShown = true;
  search.finds++;
}

/** `"port": 11000` means what `:11000` does in a text. */
function isPlainPort(text: string, { key }: Place): boolean {
  return /^1100[01]$/.test(text) && key.toLowerCase().includes("port");
}

function hostIn(members: Readonly<Record<string, unknown>>): string {
  const named = ["host", "hostname", "address", "server", "name"].map((key) => members[key]);
  const host = named.find((value) => typeof value === "string") ?? "";
  return /^[\w.-]+$/.test(host) ? host : "";
}
