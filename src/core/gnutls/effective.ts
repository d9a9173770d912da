import { ecGroups, dhGroups } from "./algorithms.ts";
import type { Suite } from "./suites.ts";

/** Suites by enabled TLS version, in the order of the versions. */
export type SuitesByVersion = Readonly<Record<string, readonly Suite[]>>;

export interface Enabled {
  readonly versions: readonly string[];
  readonly groups: readonly string[];
  readonly signatures: readonly string[];
  readonly usableBefore13: readonly string[];
  readonly suites: readonly Suite[];
}

/**
 * The suites that some server could accept in each TLS version: an upper bound, for what must be
 * disabled. DTLS is omitted, since STPD's ports are TCP.
 */
export function listPossible({ versions, suites }: Enabled): SuitesByVersion {
  return bySuite(versions, suites, () => true);
}

/**
 * The suites that a server with an RSA and an EC certificate accepts, for what must be available.
 * GnuTLS lists more: a suite whose key exchange has no group left, or whose signature no enabled
 * algorithm can make, is listed but fails in every handshake (measured with gnutls-serv 3.7.9).
 * PSK, SRP and anonymous suites additionally need credentials; they are included.
 */
export function listEffective(enabled: Enabled): SuitesByVersion {
  const ec = enabled.groups.some((name) => ecGroups.includes(name) || name.startsWith("SECP"));
  const dh = enabled.groups.some((name) => dhGroups.includes(name));
  const signs12 = enabled.signatures.filter((name) => enabled.usableBefore13.includes(name));
  const signs13 = enabled.signatures.some(
    (name) => name.startsWith("RSA-PSS-RSAE-") || name.startsWith("ECDSA-SECP"),
  );
  return bySuite(enabled.versions, enabled.suites, (version, { keyExchange }) => {
    if (keyExchange === undefined) return (ec || dh) && signs13;
    if (keyExchange.includes("ECDH") && !ec) return false;
    if ((keyExchange.startsWith("DHE-") || keyExchange === "ANON-DH") && !dh) return false;
    // Before TLS 1.2 the signature algorithm is not negotiated.
    return version !== "TLS1.2" || canSign(keyExchange, signs12);
  });
}

function canSign(keyExchange: string, signatures: readonly string[]): boolean {
  switch (keyExchange) {
    case "ECDHE-RSA":
    case "DHE-RSA":
      return signatures.some(
        (name) => name.startsWith("RSA-SHA") || name.startsWith("RSA-PSS-RSAE-"),
      );
    case "ECDHE-ECDSA":
      return signatures.some((name) => name.startsWith("ECDSA-SHA"));
    case "DHE-DSS":
      return signatures.some((name) => name.startsWith("DSA-"));
    default:
      return true;
  }
}

function bySuite(
  versions: readonly string[],
  suites: readonly Suite[],
  accepts: (version: string, suite: Suite) => boolean,
): SuitesByVersion {
  const result: Record<string, readonly Suite[]> = {};
  for (const version of versions) {
    if (!version.startsWith("TLS")) continue;
    const number = Number(version.slice("TLS".length));
    result[version] = suites.filter(
      (suite) =>
        (version === "TLS1.3") === (suite.keyExchange === undefined) &&
        suite.minTls <= number &&
        accepts(version, suite),
    );
  }
  return result;
}
