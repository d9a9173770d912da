import { createSuiteIndex } from "../gnutls/suites.ts";
import { suiteTable } from "../gnutls/suite-table.ts";
import type { TlsVersion } from "./versions.ts";

/**
 * What a server needs for a suite. Suites of different kinds are never offered together: a server
 * may pick a kind that it has no keys for, and abort, although it would accept others.
 */
export const credentialKinds = ["certificate", "anonymous", "psk", "password"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/**
 * Numbers of the TLS registry, in hexadecimal. Whole ranges instead of a list of names, so that
 * unknown suites are found as well. The two signalling values are left out.
 * Source: IANA, TLS Cipher Suites.
 */
const before13 = "0001-00fe c001-c0b3 c100-c102 cc13-cc15 cca8-ccae d001-d005";
const in13 = "1301-1307 00c6-00c7 c0b4-c0b5 c103-c106";

const kinds: Readonly<Record<Exclude<CredentialKind, "certificate">, string>> = {
  anonymous:
    "0017-001b 0034 003a 0046 006c-006d 0089 009b 00a6-00a7 00bf 00c5 c015-c019 c046-c047 c05a-c05b c084-c085",
  psk: "002c-002e 008a-0095 00a8-00b9 c033-c03b c064-c071 c08e-c09b c0a4-c0ab ccab-ccae d001-d005",
  // SRP, Kerberos and ECC-PWD.
  password: "001e-002b c01a-c022 c0b0-c0b3",
};

/** NULL, export, RC2, RC4, DES, 3DES or MD5 among suites that are not anonymous. */
const weak =
  "0001-0006 0008-0016 002c-002e 003b 0060-0066 008a-008b 008e-008f 0092-0093 00b0-00b1 00b4-00b5 00b8-00b9 c001-c003 c006-c008 c00b-c00d c010-c012 c01a-c01c c033-c034 c039-c03b c0b4-c0b5";

/** Forward secret and AEAD, beyond those that GnuTLS knows: ARIA. */
const otherStrict = "c052-c053 c056-c057 c05c-c05d c060-c061";

/** Every number that the version can carry, of one kind, in ascending order. */
export function listSuites(version: TlsVersion, kind: CredentialKind): readonly number[] {
  if (version === "TLS1.3") return kind === "certificate" ? expand(in13) : [];
  if (kind !== "certificate") return expand(kinds[kind]);
  const others = new Set(Object.values(kinds).flatMap(expand));
  return expand(before13).filter((number) => !others.has(number));
}

/** Tells for which numbers what holds; reads its tables once. */
export interface SuiteRegistry {
  /** GnuTLS's name, else the number as 0xc050. */
  readonly nameOf: (number: number) => string;
  readonly isWeak: (number: number) => boolean;
  /** Forward secret and AEAD. */
  readonly isStrict: (number: number) => boolean;
}

export function createSuiteRegistry(): SuiteRegistry {
  const weakNumbers = new Set([...expand(weak), ...expand(kinds.anonymous)]);
  const strictNumbers = new Set([...expand(otherStrict), ...expand(in13)]);
  const names = new Map<number, string>();
  const suitesOf = createSuiteIndex();
  for (const keyExchange of Object.keys(suiteTable)) {
    for (const suites of suitesOf(keyExchange === "-" ? undefined : keyExchange).values()) {
      for (const { id, name, mac } of suites) {
        const number = Number.parseInt(id, 16);
        names.set(number, name);
        if (mac === "AEAD" && /^(ECDHE|DHE)-(RSA|DSS|ECDSA|PSK)$/.test(keyExchange)) {
          strictNumbers.add(number);
        }
      }
    }
  }
  return {
    nameOf: (number) => names.get(number) ?? `0x${number.toString(16).padStart(4, "0")}`,
    isWeak: (number) => weakNumbers.has(number),
    isStrict: (number) => strictNumbers.has(number) && !weakNumbers.has(number),
  };
}

function expand(ranges: string): readonly number[] {
  return ranges.split(" ").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map((text) => Number.parseInt(text, 16));
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
