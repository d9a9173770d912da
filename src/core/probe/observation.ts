import type { TlsVersion } from "../tls/versions.ts";

export const probedPorts = ["https", "http", "ftp"] as const;
export type PortName = (typeof probedPorts)[number];

/** SEP's default ports. Source: SEP, List of Ports Used by SEP sesam (5.1.0). */
export const defaultPorts: Readonly<Record<PortName, number>> = {
  https: 11443,
  http: 11000,
  ftp: 11001,
};

/**
 * open: connected; closed: refused; filtered: no response, or rejected by a router, so the host itself
 * is unknown. A port that could not be tried is also filtered, and listed in `untried`.
 */
export type PortState = "open" | "closed" | "filtered";

export interface PortSeen {
  readonly port: number;
  readonly state: PortState;
}

/** accepted: a ServerHello; refused: certain; unknown: neither. */
export type TlsAnswer = "accepted" | "refused" | "unknown";

export interface ProtocolSeen {
  readonly answer: TlsAnswer;
  /** GnuTLS's names, or numbers as 0xc050, of the suites that were accepted, in the order seen. */
  readonly suites: readonly string[];
  /** Of these, those with a weak algorithm. */
  readonly weak: readonly string[];
  /** Of these, those that are not forward secret and AEAD. */
  readonly notStrict: readonly string[];
  /** True if it is accepted only from clients that send no server name. */
  readonly nameless: boolean;
  /** Why the answer is unknown, or which offers are unknown in addition to an accepted suite. */
  readonly doubt: string | undefined;
}

export interface Certificate {
  /** As in CN=db1, O=Example, in the order of the certificate. */
  readonly subject: string;
  /** DNS names and addresses that it is for. */
  readonly names: readonly string[];
  /** Times in UTC, as 2027-03-31T08:00:00Z. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal. */
  readonly spkiSha256: string;
}

/** Result of a complete handshake with the runtime's TLS library and a request for `/`. */
export type Handshake =
  | { readonly kind: "answered"; readonly certificate: Certificate }
  | { readonly kind: "silent"; readonly certificate: Certificate; readonly reason: string }
  /** The service does not speak HTTP. */
  | { readonly kind: "other"; readonly certificate: Certificate }
  | { readonly kind: "failed"; readonly reason: string };

/** Scan of one address. */
export interface Observation {
  readonly address: string;
  readonly ports: Readonly<Record<PortName, PortSeen>>;
  /** Why a port counts as filtered, if known. */
  readonly portNotes: Readonly<Partial<Record<PortName, string>>>;
  /** Ports that this machine or runtime did not let the probe try, though they count as filtered. */
  readonly untried?: readonly PortName[];
  /** The requested server name; undefined if only an address is known. */
  readonly serverName: string | undefined;
  /** Undefined if the HTTPS port is not open. */
  readonly tls: Readonly<Record<TlsVersion, ProtocolSeen>> | undefined;
  readonly handshake: Handshake | undefined;
}
