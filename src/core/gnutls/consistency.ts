import { unusableGroups } from "./algorithms.ts";
import type { EnabledLists } from "./read-elements.ts";
import type { Suite, SuiteIndex } from "./suites.ts";
import type { ListName, Vocabulary } from "./vocabulary.ts";

const isIn13 = (version: string): boolean => version === "TLS1.3";
const pskKeyExchanges = ["PSK", "DHE-PSK", "ECDHE-PSK"];

/**
 * The consistency step after the last element, in GnuTLS's order; returns the name of the missing
 * list.
 */
export function makeConsistent(
  lists: EnabledLists,
  options: readonly string[],
  vocabulary: Vocabulary,
  findSuites: SuiteIndex,
): { readonly list: ListName | undefined; readonly suites: readonly Suite[] } {
  const hasPsk = lists.keyExchanges.some((name) => pskKeyExchanges.includes(name));
  const rulesOut13 =
    options.includes("%NO_EXTENSIONS") ||
    lists.ciphers.includes("NULL") ||
    lists.keyExchanges.some((name) => name === "RSA-PSK" || name.startsWith("SRP"));

  lists.versions = lists.versions.filter((name) => name !== "SSL3.0");
  if (rulesOut13) lists.versions = lists.versions.filter((name) => !isIn13(name));
  if (lists.versions.length === 0) return { list: "versions", suites: [] };
  if (lists.versions.every(isIn13) && !hasPsk) lists.keyExchanges = [];

  const suites = listSuites(lists, findSuites);

  const in13 = lists.versions.some(isIn13);
  const before13 = lists.versions.some((name) => !isIn13(name));
  const signs = lists.signatures.some(
    (name) =>
      (before13 && vocabulary.usableBefore13.includes(name)) ||
      (in13 && vocabulary.usableIn13.includes(name)),
  );
  if (!signs) {
    lists.versions = lists.versions.filter(
      (name) => name !== "TLS1.3" && name !== "TLS1.2" && name !== "DTLS1.2",
    );
    if (lists.versions.length === 0) return { list: "signatures", suites };
  }
  if (suites.length === 0) {
    const empty = (["ciphers", "macs", "keyExchanges"] as const).find(
      (name) => lists[name].length === 0,
    );
    return { list: empty ?? "ciphers", suites };
  }

  const hasGroup = lists.groups.some(isUsableGroup);
  const gap =
    !lists.versions.includes("TLS1.2") &&
    (lists.versions.includes("TLS1.1") || lists.versions.includes("TLS1.0"));
  if ((!hasPsk && !hasGroup) || gap) {
    lists.versions = lists.versions.filter((name) => !isIn13(name));
  }
  return { list: undefined, suites };
}

/**
 * First the suites of TLS 1.3, then sorted by key exchange, cipher and MAC in the order of the
 * lists.
 */
function listSuites(
  { keyExchanges, ciphers, macs }: EnabledLists,
  findSuites: SuiteIndex,
): Suite[] {
  const suites: Suite[] = [];
  for (const keyExchange of [undefined, ...keyExchanges]) {
    const byCipher = findSuites(keyExchange);
    for (const cipher of ciphers) {
      const ofCipher = byCipher.get(cipher);
      if (ofCipher === undefined) continue;
      for (const mac of macs) {
        const suite = ofCipher.find((candidate) => candidate.mac === mac);
        if (suite !== undefined) suites.push(suite);
      }
    }
  }
  return suites;
}

function isUsableGroup(name: string): boolean {
  return !name.startsWith("-") && !unusableGroups.includes(name);
}
