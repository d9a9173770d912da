import { keyKinds, listShutOut, type KeyKind, type ShutOut } from "./admission.ts";
import { macs } from "./algorithms.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Profile } from "../base/profile.ts";
import type { Dialect } from "./dialects.ts";

/** The string in SEP's own procedure: "Disabling unsecure transport modes", 5.1.0. */
export const vendorPriority =
  "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE";

/** The recommended string for a profile: the vendor's string plus as few elements as possible. */
export function recommend(profile: Profile): string {
  return profile === "strict" ? `${vendorPriority}:-RSA:-SHA1` : vendorPriority;
}

export const legacyVersions = ["SSL3.0", "TLS1.0", "TLS1.1"] as const;

/**
 * Key exchanges without forward secrecy: the server's key, or the shared one, decrypts recorded
 * traffic.
 */
const staticKeyExchanges = ["RSA", "PSK", "RSA-PSK"];

/** Algorithms that must not be enabled: GnuTLS's name and the common name. */
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

/** The properties of an evaluation; all empty or false if the string is invalid. */
export interface PriorityVerdict {
  /** True if all common clients can connect with TLS 1.2 or 1.3, whatever key the host has. */
  readonly modern: boolean;
  /** Common clients that cannot connect. */
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
 * A kind of key with which every common client can connect although another kind shuts some out:
 * such a string may be right for its host. Undefined for all other strings.
 */
export function fittingKey(
  readings: readonly PriorityReading[],
  keys: readonly KeyKind[],
): KeyKind | undefined {
  const out = new Set(readings.flatMap(({ shutOut }) => shutOut.map(({ key }) => key)));
  return out.size === 0 ? undefined : keys.find((key) => !out.has(key));
}

/** The common name of an algorithm that GnuTLS names. */
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

/** One evaluation with its verdict, and the builds that all give it. */
export interface PriorityReading extends PriorityVerdict {
  readonly dialects: readonly Dialect[];
  readonly evaluation: Evaluation;
  /** The suites that it enables, as one text for comparisons. */
  readonly enables: string;
  /** True if the server's order of suites takes precedence. */
  readonly ordered: boolean;
}
