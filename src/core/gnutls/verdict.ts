import { keyKinds, listShutOut, type KeyKind, type ShutOut } from "./admission.ts";
import { macs } from "./algorithms.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Profile } from "../base/profile.ts";
import type { Dialect } from "./dialects.ts";

/** The procedure's own string: SEP, "Disabling unsecure transport modes", 5.1.0. */
export const vendorPriority =
  "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE";

/** What a profile asks for from scratch: the vendor's string, and the fewest elements more. */
export function recommend(profile: Profile): string {
  return profile === "strict" ? `${vendorPriority}:-RSA:-SHA1` : vendorPriority;
}

export const legacyVersions = ["SSL3.0", "TLS1.0", "TLS1.1"] as const;

/** Key exchanges without forward secrecy: the server's key, or the shared one, decrypts old traffic. */
const staticKeyExchanges = ["RSA", "PSK", "RSA-PSK"];

/** Algorithms that must not be enabled, as GnuTLS and as the field names them. */
const weakParts: Readonly<Record<string, string>> = {
  "3DES-CBC": "3DES",
  "DES-CBC": "DES",
  "ARCFOUR-128": "RC4",
  "RC2-40": "RC2",
  NULL: "NULL",
  "ANON-DH": "anonymous DH",
  "ANON-ECDH": "anonymous ECDH",
  MD5: "MD5",
};

/** What an evaluation comes to; all empty and false where the string is an error. */
export interface PriorityVerdict {
  /** True if all common clients can talk TLS 1.2 or 1.3 with it, whatever key the host may have. */
  readonly modern: boolean;
  /** Those that cannot. */
  readonly shutOut: readonly ShutOut[];
  /** Old TLS versions in which some server could accept a suite. */
  readonly legacy: readonly string[];
  /** Weak algorithms of suites that some server could accept, in GnuTLS's names. */
  readonly weak: readonly string[];
  /** Key exchanges without forward secrecy, in GnuTLS's names, of suites that could be accepted. */
  readonly noSecrecy: readonly string[];
  /** MACs of suites that are not AEAD. */
  readonly noAead: readonly string[];
}

export function judgeEvaluation(
  evaluation: Evaluation,
  keys: readonly KeyKind[] = keyKinds,
): PriorityVerdict {
  const { possible } = evaluation;
  const shutOut = listShutOut(evaluation).filter(({ key }) => keys.includes(key));
  const parts = new Set(
    Object.values(possible).flatMap((suites) =>
      suites.flatMap(({ cipher, mac, keyExchange }) => [cipher, mac, keyExchange]),
    ),
  );
  return {
    modern: shutOut.length === 0,
    shutOut,
    legacy: legacyVersions.filter((version) => (possible[version]?.length ?? 0) > 0),
    weak: Object.keys(weakParts).filter((part) => parts.has(part)),
    noSecrecy: staticKeyExchanges.filter((part) => parts.has(part)),
    noAead: macs.filter((part) => part !== "AEAD" && parts.has(part)),
  };
}

/**
 * The kind of key with which every common client gets in, where the other one shuts clients out: such
 * a string may be right for its host. Undefined for all other strings.
 */
export function fittingKey(
  readings: readonly PriorityReading[],
  keys: readonly KeyKind[],
): KeyKind | undefined {
  const out = new Set(readings.flatMap(({ shutOut }) => shutOut.map(({ key }) => key)));
  return out.size === 0 ? undefined : keys.find((key) => !out.has(key));
}

/** What the field calls an algorithm that GnuTLS names. */
export function nameWeak(part: string): string {
  return weakParts[part] ?? part;
}

/** Faults of a string, one per rule; only reported faults are repaired. */
export interface PriorityFaults {
  readonly invalid: boolean;
  readonly legacy: boolean;
  readonly weak: boolean;
  readonly secrecy: boolean;
  readonly aead: boolean;
  readonly order: boolean;
  readonly ineffective: boolean;
}

/** One evaluation, what it comes to, and the builds that all give it. */
export interface PriorityReading extends PriorityVerdict {
  readonly dialects: readonly Dialect[];
  readonly evaluation: Evaluation;
  /** What it enables, in one text: equal for strings that mean the same. */
  readonly enables: string;
  /** True if the server's order of suites decides. */
  readonly ordered: boolean;
}
