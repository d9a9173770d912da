import type { Dialect } from "./dialects.ts";

/**
 * The words of the priority string language, GnuTLS 3.6.13 to 3.8.13.
 * Source: GnuTLS's own tables (lib/priority.c, lib/algorithms/), compared with seven builds.
 */

/** A list in one string is faster to load than an array of strings. */
export const words = (text: string): readonly string[] => text.split(" ");

/** MACs that a build implements; a name outside this list is a syntax error. */
export const macs = words(
  "SHA1 SHA256 SHA384 SHA512 SHA224 UMAC-96 UMAC-128 AEAD MD5 GOSTR341194 STREEBOG-256 " +
    "STREEBOG-512 AES-CMAC-128 AES-CMAC-256 AES-GMAC-128 AES-GMAC-192 AES-GMAC-256 " +
    "GOST28147-TC26Z-IMIT OMAC-MAGMA OMAC-KUZNYECHIK PBMAC1",
);

export const ciphers = words(
  "AES-256-CBC AES-192-CBC AES-128-CBC AES-128-GCM AES-192-GCM AES-256-GCM AES-128-CCM " +
    "AES-256-CCM AES-128-CCM-8 AES-256-CCM-8 ARCFOUR-128 ESTREAM-SALSA20-256 SALSA20-256 " +
    "CHACHA20-32 CHACHA20-64 CAMELLIA-256-CBC CAMELLIA-192-CBC CAMELLIA-128-CBC " +
    "CHACHA20-POLY1305 CAMELLIA-128-GCM CAMELLIA-256-GCM GOST28147-TC26Z-CFB " +
    "GOST28147-CPA-CFB GOST28147-CPB-CFB GOST28147-CPC-CFB GOST28147-CPD-CFB AES-128-CFB8 " +
    "AES-192-CFB8 AES-256-CFB8 AES-128-XTS AES-256-XTS AES-128-SIV AES-256-SIV " +
    "GOST28147-TC26Z-CNT MAGMA-CTR-ACPKM KUZNYECHIK-CTR-ACPKM 3DES-CBC DES-CBC RC2-40 " +
    "NULL AES-128-SIV-GCM AES-256-SIV-GCM AES-128-CFB AES-192-CFB AES-256-CFB",
);

export const keyExchanges = words(
  "ECDHE-RSA ECDHE-ECDSA RSA DHE-RSA DHE-DSS PSK RSA-PSK DHE-PSK ECDHE-PSK SRP-DSS " +
    "SRP-RSA SRP ANON-DH ANON-ECDH VKO-GOST-12",
);

/** Names that are accepted with `+` or `-` but never have an effect. */
export const namesWithoutEffect = words("ARCFOUR-40 RSA-EXPORT");

export const versions = words("SSL3.0 TLS1.0 TLS1.1 TLS1.2 TLS1.3 DTLS0.9 DTLS1.0 DTLS1.2");

export const groups = words(
  "SECP192R1 SECP224R1 SECP256R1 SECP384R1 SECP521R1 X25519 GC256A GC256B GC256C GC256D " +
    "GC512A GC512B GC512C X448 FFDHE2048 FFDHE3072 FFDHE4096 FFDHE6144 FFDHE8192",
);

/** Groups that are accepted and listed although no handshake can use them. */
export const unusableGroups = words("GC256A GC256C GC256D GC512B GC512C");

/** `CURVE-` names and their groups; a dash means that the entry is not a group. */
export const curves: Readonly<Record<string, string>> = {
  SECP192R1: "SECP192R1",
  SECP224R1: "SECP224R1",
  SECP256R1: "SECP256R1",
  SECP384R1: "SECP384R1",
  SECP521R1: "SECP521R1",
  X25519: "X25519",
  X448: "X448",
  "TC26-256-B": "GC256B",
  "TC26-512-A": "GC512A",
  Ed25519: "-Ed25519",
  Ed448: "-Ed448",
  "CryptoPro-A": "-CryptoPro-A",
  "CryptoPro-XchA": "-CryptoPro-XchA",
};

/** Signatures by the versions that can use them: all, before TLS 1.3, only TLS 1.3, none. */
export const signatures = {
  both: words(
    "RSA-SHA256 RSA-SHA384 RSA-SHA512 RSA-PSS-SHA256 RSA-PSS-RSAE-SHA256 RSA-PSS-SHA384 " +
      "RSA-PSS-RSAE-SHA384 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 EdDSA-Ed25519 EdDSA-Ed448 " +
      "RSA-SHA1 ECDSA-SHA1",
  ),
  pre13: words("ECDSA-SHA256 ECDSA-SHA384 ECDSA-SHA512 DSA-SHA1 GOSTR341012-512 GOSTR341012-256"),
  tls13: words(
    "ECDSA-SECP256R1-SHA256 ECDSA-SECP384R1-SHA384 ECDSA-SECP521R1-SHA512 ML-DSA-44 " +
      "ML-DSA-65 ML-DSA-87",
  ),
  none: words(
    "ECDSA-SHA3-224 ECDSA-SHA3-256 ECDSA-SHA3-384 ECDSA-SHA3-512 RSA-SHA3-224 " +
      "RSA-SHA3-256 RSA-SHA3-384 RSA-SHA3-512 DSA-SHA3-224 DSA-SHA3-256 DSA-SHA3-384 " +
      "DSA-SHA3-512 RSA-RAW RSA-SHA224 RSA-RMD160 DSA-SHA224 DSA-SHA256 RSA-MD5 RSA-MD2 " +
      "ECDSA-SHA224 GOSTR341001 DSA-SHA384 DSA-SHA512",
  ),
} as const;

/** Names that are not all uppercase, by their uppercase form. */
export const mixedCase: Readonly<Record<string, string>> = {
  "EDDSA-ED25519": "EdDSA-Ed25519",
  "EDDSA-ED448": "EdDSA-Ed448",
  ED25519: "Ed25519",
  ED448: "Ed448",
  "CRYPTOPRO-A": "CryptoPro-A",
  "CRYPTOPRO-XCHA": "CryptoPro-XchA",
};

/** Words after `%`; unlike names they are case-sensitive. */
export const options = words(
  "COMPAT DUMBFW NO_EXTENSIONS NO_TICKETS NO_TICKETS_TLS12 NO_ETM FORCE_ETM " +
    "NO_SESSION_HASH STATELESS_COMPRESSION VERIFY_ALLOW_BROKEN VERIFY_ALLOW_SIGN_RSA_MD5 " +
    "VERIFY_ALLOW_SIGN_WITH_SHA1 VERIFY_DISABLE_CRL_CHECKS SSL3_RECORD_VERSION " +
    "LATEST_RECORD_VERSION VERIFY_ALLOW_X509_V1_CA_CRT UNSAFE_RENEGOTIATION " +
    "SAFE_RENEGOTIATION PARTIAL_RENEGOTIATION DISABLE_SAFE_RENEGOTIATION FALLBACK_SCSV " +
    "DISABLE_WILDCARDS SERVER_PRECEDENCE PROFILE_VERY_WEAK PROFILE_LOW PROFILE_LEGACY " +
    "PROFILE_MEDIUM PROFILE_HIGH PROFILE_ULTRA PROFILE_FUTURE PROFILE_SUITEB128 " +
    "PROFILE_SUITEB192 NEW_PADDING DEBUG_ALLOW_KEY_USAGE_VIOLATIONS ALLOW_SMALL_RECORDS " +
    "DISABLE_TLS13_COMPAT_MODE NO_STATUS_REQUEST FORCE_SESSION_HASH NO_SHUFFLE_EXTENSIONS",
);

/** The first measured build that knows a word; all others know it from 3.6.13 on. */
export const addedIn: Readonly<Record<string, Dialect>> = {
  "OMAC-MAGMA": "3.7.1",
  "OMAC-KUZNYECHIK": "3.7.1",
  PBMAC1: "3.8.9",
  "AES-192-GCM": "3.7.1",
  "AES-128-SIV": "3.7.1",
  "AES-256-SIV": "3.7.1",
  "MAGMA-CTR-ACPKM": "3.7.1",
  "KUZNYECHIK-CTR-ACPKM": "3.7.1",
  "AES-128-SIV-GCM": "3.8.3",
  "AES-256-SIV-GCM": "3.8.3",
  "AES-128-CFB": "3.8.13",
  "AES-192-CFB": "3.8.13",
  "AES-256-CFB": "3.8.13",
  GC256A: "3.7.3",
  GC256C: "3.7.3",
  GC256D: "3.7.3",
  GC512B: "3.7.3",
  GC512C: "3.7.3",
  "ML-DSA-44": "3.8.9",
  "ML-DSA-65": "3.8.9",
  "ML-DSA-87": "3.8.9",
  // 3.7.2 upstream; Debian 11's 3.7.1 has it as a backport.
  DISABLE_TLS13_COMPAT_MODE: "3.7.1",
  NO_TICKETS_TLS12: "3.7.9",
  NO_STATUS_REQUEST: "3.8.3",
  FORCE_SESSION_HASH: "3.8.3",
  NO_SHUFFLE_EXTENSIONS: "3.8.3",
};

/** The first measured build that calls a word a syntax error again. */
export const removedIn: Readonly<Record<string, Dialect>> = {
  SRP: "3.8.3",
  "SRP-RSA": "3.8.3",
  "SRP-DSS": "3.8.3",
};

/** ML-DSA is accepted from 3.8.9 on, and used in TLS, by default too, from 3.8.10 on. */
export const mlDsaInUseSince: Dialect = "3.8.13";
export const mlDsa = words("ML-DSA-44 ML-DSA-65 ML-DSA-87");
export const ed448InSecure192Since: Dialect = "3.7.1";

export const priorityVersions = words("TLS1.3 TLS1.2 TLS1.1 TLS1.0");
export const dtlsVersions = words("DTLS1.2 DTLS1.0");
export const normalCiphers = words(
  "AES-256-GCM CHACHA20-POLY1305 AES-256-CCM AES-256-CBC AES-128-GCM AES-128-CCM AES-128-CBC",
);
export const normalMacs = words("SHA1 AEAD");
export const normalKeyExchanges = words("ECDHE-ECDSA ECDHE-RSA RSA DHE-RSA");
export const dhGroups = words("FFDHE2048 FFDHE3072 FFDHE4096 FFDHE6144 FFDHE8192");
export const ecGroups = words("SECP256R1 SECP384R1 SECP521R1 X25519 X448");
export const gostGroups = words("GC256A GC256B GC256C GC256D GC512A GC512B GC512C");
export const normalGroups = [...ecGroups, ...dhGroups];
export const gostSignatures = words("GOSTR341012-256 GOSTR341012-512");
export const gostMacs = words("GOST28147-TC26Z-IMIT");
export const gostCiphers = words("GOST28147-TC26Z-CNT");
export const gostKeyExchanges = words("VKO-GOST-12");
