import * as algorithms from "./algorithms.ts";
import { isSince, type Dialect } from "./dialects.ts";
import { defaultSignatures, findKeyword, type Keyword } from "./keywords.ts";

export type ListName = "versions" | "ciphers" | "macs" | "keyExchanges" | "groups" | "signatures";

/** What `+X` adds to a list, and what `-X` removes from it. */
interface Change {
  readonly list: ListName;
  readonly add: readonly string[];
  readonly remove: readonly string[] | "everything";
}

/** Effect of a word after `+`, `-` or `!`; a word without changes is accepted but has no effect. */
export interface PriorityWord {
  readonly changes: readonly Change[];
  /** Accepted only because of its form: an unknown name after a known prefix. */
  readonly ignored?: true;
}

export interface Vocabulary {
  /** Takes the keyword in ASCII upper case. */
  readonly findKeyword: (name: string) => Keyword | undefined;
  readonly hasOption: (name: string) => boolean;
  readonly defaultSignatures: readonly string[];
  readonly maxElements: number;
  /** Signatures that TLS before 1.3, and TLS 1.3, can use. */
  readonly usableBefore13: readonly string[];
  readonly usableIn13: readonly string[];
  /** Takes the word in ASCII upper case. */
  readonly find: (word: string) => PriorityWord | undefined;
}

const nothing: PriorityWord = { changes: [] };
const ignored: PriorityWord = { changes: [], ignored: true };

const one = (list: ListName, name: string): PriorityWord => ({
  changes: [{ list, add: [name], remove: [name] }],
});
const some = (list: ListName, names: readonly string[]): PriorityWord => ({
  changes: [{ list, add: names, remove: names }],
});
/** `-CIPHER-GOST-ALL` and similar words remove everything, whichever algorithms they name. */
const emptying = (list: ListName, add: readonly string[]): PriorityWord => ({
  changes: [{ list, add, remove: "everything" }],
});

/** Prefixes in the order in which GnuTLS tries them; GnuTLS ignores the rest of the word. */
function listPrefixes(signatures: readonly string[]): readonly (readonly [string, PriorityWord])[] {
  const gost = algorithms.gostGroups;
  return [
    ["VERS-TLS-ALL", some("versions", algorithms.priorityVersions)],
    [
      "VERS-DTLS-ALL",
      {
        changes: [
          {
            list: "versions",
            add: algorithms.dtlsVersions,
            remove: [...algorithms.dtlsVersions, "DTLS0.9"],
          },
        ],
      },
    ],
    [
      "VERS-ALL",
      emptying("versions", [...algorithms.priorityVersions, ...algorithms.dtlsVersions]),
    ],
    ["COMP-", ignored],
    ["CURVE-ALL", emptying("groups", algorithms.normalGroups)],
    ["GROUP-ALL", emptying("groups", algorithms.normalGroups)],
    ["GROUP-DH-ALL", some("groups", algorithms.dhGroups)],
    ["GROUP-EC-ALL", some("groups", algorithms.ecGroups)],
    ["GROUP-GOST-ALL", some("groups", gost)],
    ["CTYPE-ALL", nothing],
    ["CTYPE-CLI-ALL", nothing],
    ["CTYPE-SRV-ALL", nothing],
    ["CTYPE-OPENPGP", nothing],
    ["SIGN-ALL", emptying("signatures", signatures)],
    ["SIGN-GOST-ALL", emptying("signatures", algorithms.gostSignatures)],
    ["MAC-ALL", emptying("macs", algorithms.normalMacs)],
    ["MAC-GOST-ALL", emptying("macs", algorithms.gostMacs)],
    ["MAC-", ignored],
    ["CIPHER-ALL", emptying("ciphers", algorithms.normalCiphers)],
    ["CIPHER-GOST-ALL", emptying("ciphers", algorithms.gostCiphers)],
    ["CIPHER-", ignored],
    ["KX-ALL", emptying("keyExchanges", algorithms.normalKeyExchanges)],
    ["KX-GOST-ALL", emptying("keyExchanges", algorithms.gostKeyExchanges)],
    ["KX-", ignored],
    [
      "GOST",
      {
        changes: [
          { list: "groups", add: gost, remove: gost },
          { list: "signatures", add: algorithms.gostSignatures, remove: "everything" },
          { list: "macs", add: algorithms.gostMacs, remove: "everything" },
          { list: "ciphers", add: algorithms.gostCiphers, remove: "everything" },
          { list: "keyExchanges", add: algorithms.gostKeyExchanges, remove: "everything" },
        ],
      },
    ],
  ];
}

/** Whole names, in the order in which GnuTLS looks them up; the first match wins. */
function findName(word: string, known: (name: string) => boolean): PriorityWord | undefined {
  const match = (names: readonly string[], prefix: string): string | undefined => {
    if (!word.startsWith(prefix)) return undefined;
    const upper = word.slice(prefix.length);
    const name = algorithms.mixedCase[upper] ?? upper;
    return names.includes(name) && known(name) ? name : undefined;
  };
  const { both, pre13, tls13, none } = algorithms.signatures;
  const tables: readonly (readonly [ListName, readonly string[], string])[] = [
    ["macs", algorithms.macs, ""],
    ["ciphers", algorithms.ciphers, ""],
    ["keyExchanges", algorithms.keyExchanges, ""],
    ["versions", algorithms.versions, "VERS-"],
    ["groups", algorithms.groups, "GROUP-"],
    ["signatures", [...both, ...pre13, ...tls13, ...none], "SIGN-"],
  ];
  for (const [list, names, prefix] of tables) {
    const name = match(names, prefix);
    if (name !== undefined) return one(list, name);
  }
  const curve = match(Object.keys(algorithms.curves), "CURVE-");
  if (curve !== undefined) return one("groups", algorithms.curves[curve] ?? curve);
  const noEffect = /^CTYPE-(CLI-|SRV-)?(X\.?509|RAWPK)$/.test(word);
  return noEffect || algorithms.namesWithoutEffect.includes(word) ? nothing : undefined;
}

export function createVocabulary(dialect: Dialect): Vocabulary {
  const since = (first: Dialect): boolean => isSince(dialect, first);
  const known = (name: string): boolean => {
    const added = algorithms.addedIn[name];
    const removed = algorithms.removedIn[name];
    return (added === undefined || since(added)) && (removed === undefined || !since(removed));
  };
  const usesMlDsa = since(algorithms.mlDsaInUseSince);
  const { both, pre13, tls13 } = algorithms.signatures;
  const signatures = defaultSignatures(since);
  let listed: ReturnType<typeof listPrefixes> | undefined;
  const prefixes = (): ReturnType<typeof listPrefixes> => (listed ??= listPrefixes(signatures));
  return {
    findKeyword: remember((name) => findKeyword(name, since)),
    hasOption: (name) => algorithms.options.includes(name) && known(name),
    defaultSignatures: signatures,
    maxElements: since("3.7.9") ? 128 : 64,
    usableBefore13: [...both, ...pre13],
    usableIn13: [...both, ...tls13.filter((name) => usesMlDsa || !algorithms.mlDsa.includes(name))],
    find: remember(
      (word) =>
        findName(word, known) ?? prefixes().find(([prefix]) => word.startsWith(prefix))?.[1],
    ),
  };
}

/** Caches lookups, because most strings consist of a few words. */
function remember<Found>(
  find: (name: string) => Found | undefined,
): (name: string) => Found | undefined {
  const found = new Map<string, Found>();
  return (name) => {
    const before = found.get(name);
    if (before !== undefined) return before;
    const meaning = find(name);
    if (meaning !== undefined) found.set(name, meaning);
    return meaning;
  };
}
