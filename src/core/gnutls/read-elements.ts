import { normalGroups } from "./algorithms.ts";
import type { Element } from "./elements.ts";
import type { ListName, Vocabulary } from "./vocabulary.ts";
import { warnOf, type PriorityWarning } from "./warnings.ts";

/** Offsets are in bytes: `offset` as GnuTLS reports it, `trueOffset` of the actual cause. */
export interface PriorityError {
  readonly kind: "syntax" | "no-priorities";
  readonly offset: number;
  readonly trueOffset: number;
}

export type EnabledLists = Record<ListName, string[]>;

/** The result of the elements, before GnuTLS makes the lists consistent. */
export interface Reading {
  readonly error: PriorityError | null;
  readonly lists: EnabledLists;
  /** For each empty list, the offset at which it lost its last entry. */
  readonly emptiedAt: ReadonlyMap<ListName, number>;
  /** With their `%`, in their order. */
  readonly options: readonly string[];
  readonly warnings: readonly PriorityWarning[];
}

/** Applies the elements in order, up to the first error. */
export function readElements(elements: readonly Element[], vocabulary: Vocabulary): Reading {
  const lists: EnabledLists = {
    versions: ["TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0", "DTLS1.2", "DTLS1.0"],
    ciphers: [],
    macs: [],
    keyExchanges: [],
    groups: [...normalGroups],
    signatures: [...vocabulary.defaultSignatures],
  };
  const emptiedAt = new Map<ListName, number>();
  const warnings: PriorityWarning[] = [];
  let keywordSeen = false;
  const options: string[] = [];
  let error: PriorityError | null = null;

  for (const [index, element] of elements.entries()) {
    if (index === vocabulary.maxElements) {
      warnings.push(warnOf("past-limit", element));
      break;
    }
    const { text, offset, trueOffset } = element;
    const upper = upperCase(text);
    const keyword = vocabulary.findKeyword(upper);
    if (index === 0 && upper === "NONE") {
      for (const list of Object.values(lists)) list.length = 0;
      keywordSeen = true;
    } else if (keyword !== undefined) {
      enter(lists, keyword, keywordSeen);
      keywordSeen = true;
    } else if (text.startsWith("%") && vocabulary.hasOption(text.slice(1))) {
      options.push(text);
      const warning = warnOf("option", element);
      if (warning.message !== "") warnings.push(warning);
    } else if (!changeLists(element, upper, lists, vocabulary, emptiedAt, warnings)) {
      if (text.startsWith("@")) warnings.push(warnOf("system-keyword", element));
      error = { kind: "syntax", offset, trueOffset };
      break;
    }
  }
  return { error, lists, emptiedAt, options, warnings };
}

/** ASCII only: characters such as `ß` or `ı` are not part of any name. */
function upperCase(text: string): string {
  const upper = text.toUpperCase();
  return upper.length === text.length && !/[^\0-\x7f]/.test(text)
    ? upper
    : text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

type KeywordLists = Readonly<Partial<Record<ListName, readonly string[]>>>;

/** The first bare keyword replaces the lists; later ones append what is missing. */
function enter(lists: EnabledLists, keyword: KeywordLists, keep: boolean): void {
  for (const [name, list] of Object.entries(lists) as [ListName, string[]][]) {
    const entries = keyword[name];
    if (entries === undefined) continue;
    if (!keep) list.length = 0;
    addMissing(list, entries);
  }
}

function addMissing(list: string[], entries: readonly string[]): void {
  for (const entry of entries) if (!list.includes(entry)) list.push(entry);
}

/** Applies `+X`, `-X` or `!X`; returns false if this build does not know the word. */
function changeLists(
  element: Element,
  upper: string,
  lists: EnabledLists,
  vocabulary: Vocabulary,
  emptiedAt: Map<ListName, number>,
  warnings: PriorityWarning[],
): boolean {
  const sign = upper[0];
  if (sign !== "+" && sign !== "-" && sign !== "!") return false;
  const name = upper.slice(1);
  const keyword = vocabulary.findKeyword(name);
  if (keyword !== undefined) {
    if (sign === "+") enter(lists, keyword, true);
    return sign === "+";
  }
  const word = vocabulary.find(name);
  if (word === undefined) return false;
  if (word.ignored) warnings.push(warnOf("ignored", element));
  for (const { list, add, remove } of word.changes) {
    if (sign === "+") addMissing(lists[list], add);
    else {
      if (lists[list].length === 0) continue;
      lists[list] =
        remove === "everything" ? [] : lists[list].filter((entry) => !remove.includes(entry));
      if (lists[list].length === 0) emptiedAt.set(list, element.trueOffset);
    }
  }
  return true;
}
