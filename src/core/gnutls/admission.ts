import { commonClients, type CommonClient } from "./clients.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Suite } from "./suites.ts";

/** Key type of a host's certificate; an EC key is on P-256 or P-384. */
export const keyKinds = ["rsa", "ec"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** A common client that cannot connect, with the first thing that it lacks. */
export interface ShutOut {
  readonly client: string;
  readonly key: KeyKind;
  /** The version that GnuTLS chooses for it; undefined if it is neither TLS 1.2 nor 1.3. */
  readonly version: "TLS1.2" | "TLS1.3" | undefined;
  readonly lack: "cipher suite" | "group" | "signature algorithm" | "safe renegotiation";
}

/**
 * The common clients that cannot connect with their defaults to a server with one such key. GnuTLS
 * chooses the version first, and does not fall back to an older one that has what this one lacks
 * (measured with gnutls-serv 3.7.9 and libmicrohttpd 0.9.75).
 */
export function listShutOut(evaluation: Evaluation): readonly ShutOut[] {
  return keyKinds.flatMap((key) =>
    commonClients.flatMap((client) => tryOut(evaluation, client, key)),
  );
}

function tryOut(evaluation: Evaluation, client: CommonClient, key: KeyKind): readonly ShutOut[] {
  const found = client.versions.find((name) => evaluation.protocols.includes(name));
  const version = found === "TLS1.3" || found === "TLS1.2" ? found : undefined;
  const lack = version === undefined ? "cipher suite" : findLack(evaluation, client, key, version);
  return lack === undefined ? [] : [{ client: client.name, key, version, lack }];
}

function findLack(
  { possible, groups, signatures, options }: Evaluation,
  client: CommonClient,
  key: KeyKind,
  version: "TLS1.2" | "TLS1.3",
): ShutOut["lack"] | undefined {
  const shared = groups.filter((name) => client.groups.includes(name));
  const common = signatures.filter((name) => client.signatures.includes(name));
  const signs = signaturesOf[version][key].every((one) => common.some((name) => one.test(name)));
  const suites = (possible[version] ?? []).filter(
    (suite) =>
      client.suites.includes(suite.id) &&
      (suite.mac === "AEAD" || isCbcAllowed(options, client)) &&
      keyExchangesOf[key].includes(suite.keyExchange),
  );
  if (suites.length === 0) return "cipher suite";
  const agreed = suites.filter((suite) => hasGroup(suite, shared));
  if (agreed.length === 0) return "group";
  // RSA key exchange needs no signature.
  if (!signs && agreed.every(({ keyExchange }) => keyExchange !== "RSA"))
    return "signature algorithm";
  if (version === "TLS1.3" || !client.asksSafeRenegotiation) return undefined;
  const renegotiation = options.findLast((option) => option.endsWith("_RENEGOTIATION"));
  return renegotiation === "%DISABLE_SAFE_RENEGOTIATION" ? "safe renegotiation" : undefined;
}

function hasGroup({ keyExchange }: Suite, shared: readonly string[]): boolean {
  if (keyExchange === undefined) return shared.length > 0;
  if (keyExchange === "RSA") return true;
  return shared.some((name) => name.startsWith("FFDHE") === (keyExchange === "DHE-RSA"));
}

function isCbcAllowed(options: readonly string[], { encryptThenMac }: CommonClient): boolean {
  if (!options.includes("%FORCE_ETM")) return true;
  return encryptThenMac === true && !options.includes("%NO_ETM");
}

/** Undefined means TLS 1.3, whose suites have no key exchange. */
const keyExchangesOf: Readonly<Record<KeyKind, readonly (string | undefined)[]>> = {
  rsa: [undefined, "ECDHE-RSA", "DHE-RSA", "RSA"],
  ec: [undefined, "ECDHE-ECDSA"],
};

/** One of each is required, because in TLS 1.3 each curve has its own signature algorithm. */
const signaturesOf = {
  "TLS1.2": { rsa: [/^RSA-(PSS-RSAE-)?SHA/], ec: [/^ECDSA-SHA/] },
  "TLS1.3": { rsa: [/^RSA-PSS-RSAE-/], ec: [/^ECDSA-SECP256R1-/, /^ECDSA-SECP384R1-/] },
} as const;
