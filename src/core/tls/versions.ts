/** The versions that are asked for, oldest first, named as gnutls-cli names them. */
export const tlsVersions = ["SSL3.0", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** The first version without a known break, and later ones. */
export const modernVersions: readonly TlsVersion[] = ["TLS1.2", "TLS1.3"];

/** As encoded in TLS: 0x0300 is SSL 3.0. */
export function numberOfVersion(version: TlsVersion): number {
  return 0x0300 + tlsVersions.indexOf(version);
}
