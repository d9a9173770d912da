import {
  ed448InSecure192Since,
  mlDsa,
  mlDsaInUseSince,
  normalCiphers,
  normalGroups,
  normalKeyExchanges,
  normalMacs,
  words,
} from "./algorithms.ts";
import type { Dialect } from "./dialects.ts";

const strongSignatures = words(
  "RSA-SHA256 RSA-PSS-SHA256 RSA-PSS-RSAE-SHA256 ECDSA-SHA256 ECDSA-SECP256R1-SHA256 " +
    "EdDSA-Ed25519 RSA-SHA384 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384 ECDSA-SHA384 " +
    "ECDSA-SECP384R1-SHA384 EdDSA-Ed448 RSA-SHA512 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 " +
    "ECDSA-SHA512 ECDSA-SECP521R1-SHA512",
);

/** The algorithms of a keyword such as NORMAL; `versions` only if the keyword sets them. */
export interface Keyword {
  readonly versions?: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
  readonly keyExchanges: readonly string[];
  readonly groups: readonly string[];
  readonly signatures: readonly string[];
}

export function defaultSignatures(since: (first: Dialect) => boolean): readonly string[] {
  const first = since(mlDsaInUseSince) ? mlDsa : [];
  return [...first, ...strongSignatures, "RSA-SHA1", "ECDSA-SHA1"];
}

/** Takes the keyword in upper case; builds only the requested one. */
export function findKeyword(name: string, since: (first: Dialect) => boolean): Keyword | undefined {
  switch (name) {
    case "NORMAL":
    case "LEGACY":
      return normal(since);
    case "PFS":
      return { ...normal(since), keyExchanges: words("ECDHE-ECDSA ECDHE-RSA DHE-RSA") };
    case "PERFORMANCE":
      // The order on machines with AES instructions; without them CHACHA20-POLY1305 comes first.
      return {
        ...normal(since),
        ciphers: words(
          "AES-128-GCM AES-256-GCM CHACHA20-POLY1305 AES-128-CCM AES-256-CCM AES-128-CBC AES-256-CBC",
        ),
        keyExchanges: words("RSA ECDHE-ECDSA ECDHE-RSA DHE-RSA"),
      };
    case "SECURE128":
    case "SECURE":
      return {
        ...normal(since),
        ciphers: words(
          "AES-256-GCM CHACHA20-POLY1305 AES-256-CBC AES-256-CCM AES-128-GCM AES-128-CBC AES-128-CCM",
        ),
        signatures: strongSignatures,
      };
    case "SECURE192":
    case "SECURE256":
      return {
        ...normal(since),
        ciphers: words("AES-256-GCM CHACHA20-POLY1305 AES-256-CBC AES-256-CCM"),
        macs: ["AEAD"],
        groups: words("SECP384R1 SECP521R1 FFDHE8192"),
        signatures: secure192Signatures.filter(
          (signature) => signature !== "EdDSA-Ed448" || since(ed448InSecure192Since),
        ),
      };
    case "SUITEB128":
      return {
        ...suiteB,
        ciphers: words("AES-256-GCM AES-128-GCM"),
        groups: words("SECP256R1 SECP384R1"),
        signatures: words(
          "ECDSA-SHA256 ECDSA-SECP256R1-SHA256 ECDSA-SHA384 ECDSA-SECP384R1-SHA384",
        ),
      };
    case "SUITEB192":
      return {
        ...suiteB,
        ciphers: ["AES-256-GCM"],
        groups: ["SECP384R1"],
        signatures: words("ECDSA-SHA384 ECDSA-SECP384R1-SHA384"),
      };
    default:
      return undefined;
  }
}

function normal(since: (first: Dialect) => boolean): Keyword {
  return {
    ciphers: normalCiphers,
    macs: normalMacs,
    keyExchanges: normalKeyExchanges,
    groups: normalGroups,
    signatures: defaultSignatures(since),
  };
}

const suiteB = { versions: ["TLS1.2"], macs: ["AEAD"], keyExchanges: ["ECDHE-ECDSA"] };

const secure192Signatures = words(
  "RSA-SHA384 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384 ECDSA-SHA384 ECDSA-SECP384R1-SHA384 " +
    "EdDSA-Ed448 RSA-SHA512 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 ECDSA-SHA512 " +
    "ECDSA-SECP521R1-SHA512",
);
