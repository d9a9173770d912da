import { normalGroups, priorityVersions, words } from "./algorithms.ts";

/**
 * What a client offers with its defaults: suite numbers, and GnuTLS names of groups and of signature
 * algorithms for RSA and EC keys.
 */
export interface CommonClient {
  readonly name: string;
  /** The client uses the first one that the server has. */
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly signatures: readonly string[];
  readonly encryptThenMac?: true;
  /** Aborts a TLS 1.2 handshake if the server does not confirm RFC 5746. */
  readonly asksSafeRenegotiation?: true;
}

const ecdhe = "1301 1302 1303 c02c c030 cca9 cca8 c02b c02f c00a c014 c009 c013";
/** DHE-RSA with AEAD, CBC with SHA-256 and SHA-384, DHE-RSA with CBC and SHA-1. */
const dheAndCbc = "009f ccaa 009e c024 c028 006b c023 c027 0067 0039 0033";
const signatures = words(
  "RSA-SHA256 RSA-SHA384 RSA-SHA512 RSA-PSS-RSAE-SHA256 RSA-PSS-RSAE-SHA384 " +
    "RSA-PSS-RSAE-SHA512 ECDSA-SHA256 ECDSA-SHA384 ECDSA-SHA512 ECDSA-SECP256R1-SHA256 " +
    "ECDSA-SECP384R1-SHA384 ECDSA-SECP521R1-SHA512",
);

const modern = { versions: words("TLS1.3 TLS1.2"), groups: normalGroups, signatures };
const older = {
  versions: priorityVersions,
  groups: normalGroups,
  signatures,
  encryptThenMac: true,
} as const;

/** The clients that must be able to connect with a string. */
export const commonClients: readonly CommonClient[] = [
  // ClientHello of Debian's s_client 3.0.22; curl with this library offers the same.
  {
    ...older,
    name: "OpenSSL 3.0",
    suites: words(`${ecdhe} ${dheAndCbc} 009d 009c 003d 003c 0035 002f`),
    asksSafeRenegotiation: true,
  },
  // ClientHello of gnutls-cli 3.7.9.
  {
    ...older,
    name: "GnuTLS 3.7",
    suites: words(
      `${ecdhe} 1304 c0ad c0ac 009d c09d 0035 009c c09c 002f 009f ccaa c09f 0039 009e c09e 0033`,
    ),
    signatures: [...signatures, "RSA-SHA1", "ECDSA-SHA1"],
  },
  // Source of crypto/tls, defaults.go and cipher_suites.go; without X25519MLKEM768.
  {
    ...modern,
    name: "Go 1.25",
    suites: words(ecdhe),
    groups: words("X25519 SECP256R1 SECP384R1 SECP521R1"),
  },
  // ClientHello of an SSLSocket of 25.0.3, without DHE-DSS; 17.0.15 also offers RSA key exchange.
  {
    ...modern,
    name: "Java 25",
    suites: words(`${ecdhe} ${dheAndCbc}`),
  },
];
