import { makeConsistent } from "./consistency.ts";
import type { Dialect } from "./dialects.ts";
import { listEffective, listPossible, type SuitesByVersion } from "./effective.ts";
import { splitElements } from "./elements.ts";
import { readElements, type EnabledLists, type PriorityError } from "./read-elements.ts";
import { createSuiteIndex, type Suite } from "./suites.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";
import type { PriorityWarning } from "./warnings.ts";

/** Evaluation of a priority string by one GnuTLS build; names and order as gnutls-cli prints them. */
export interface Evaluation {
  readonly ok: boolean;
  readonly error: PriorityError | null;
  readonly protocols: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
  readonly kx: readonly string[];
  readonly groups: readonly string[];
  readonly signatures: readonly string[];
  /** As listed by `gnutls-cli --list`; no handshake can use some of these. */
  readonly suites: readonly string[];
  /** What a server with an RSA and an EC certificate accepts; see listEffective(). */
  readonly effective: SuitesByVersion;
  /** What some server could accept: a superset of `effective`; see listPossible(). */
  readonly possible: SuitesByVersion;
  /** With their `%`, in their order. */
  readonly options: readonly string[];
  readonly warnings: readonly PriorityWarning[];
}

export type Evaluate = (priority: string) => Evaluation;

/**
 * Evaluates like `gnutls_priority_init` of that build on a host without a GnuTLS configuration
 * file. Takes a byte string (one character per byte). Never throws.
 */
export function createEvaluator(dialect: Dialect): Evaluate {
  const vocabulary = createVocabulary(dialect);
  const findSuites = createSuiteIndex();
  return (priority) => {
    const elements = splitElements(endAtNul(priority));
    const read = readElements(elements, vocabulary);
    if (read.error !== null) return failed(read.error, read.warnings);
    const { lists, emptiedAt, options, warnings } = read;
    const missing = makeConsistent(lists, options, vocabulary, findSuites);
    if (missing.list === undefined) {
      return describe(lists, missing.suites, vocabulary, { options, warnings });
    }
    const trueOffset = emptiedAt.get(missing.list) ?? 0;
    return failed({ kind: "no-priorities", offset: 0, trueOffset }, warnings);
  };
}

/** GnuTLS reads a C string, which ends at NUL. */
function endAtNul(priority: string): string {
  const nul = priority.indexOf("\0");
  return nul < 0 ? priority : priority.slice(0, nul);
}

function failed(error: PriorityError, warnings: readonly PriorityWarning[]): Evaluation {
  return {
    ok: false,
    error,
    protocols: [],
    ciphers: [],
    macs: [],
    kx: [],
    groups: [],
    signatures: [],
    suites: [],
    effective: {},
    possible: {},
    options: [],
    warnings,
  };
}

function describe(
  lists: EnabledLists,
  all: readonly Suite[],
  vocabulary: Vocabulary,
  rest: Pick<Evaluation, "options" | "warnings">,
): Evaluation {
  const maxTls = highest(lists.versions, "TLS");
  const maxDtls = highest(lists.versions, "DTLS");
  const suites = all.filter(
    ({ minTls, minDtls }) => maxTls >= minTls || (minDtls !== undefined && maxDtls >= minDtls),
  );
  const enabled = { ...lists, usableBefore13: vocabulary.usableBefore13, suites };
  return {
    ok: true,
    error: null,
    protocols: lists.versions,
    ciphers: lists.ciphers,
    macs: lists.macs,
    kx: lists.keyExchanges,
    groups: lists.groups.map((name) => (name.startsWith("-") ? "(null)" : name)),
    signatures: lists.signatures,
    suites: suites.map(({ name }) => name),
    effective: listEffective(enabled),
    possible: listPossible(enabled),
    ...rest,
  };
}

function highest(versions: readonly string[], transport: "TLS" | "DTLS"): number {
  const numbers = versions
    .filter((name) => name.startsWith(transport))
    .map((name) => Number(name.slice(transport.length)));
  return Math.max(0, ...numbers);
}
