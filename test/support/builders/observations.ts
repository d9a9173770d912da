import { judgeAddress, type AddressProbe } from "../../../src/core/probe/address-probe.ts";
import type { Observation, ProtocolSeen } from "../../../src/core/probe/observation.ts";
import { combineAddresses, type HostProbe } from "../../../src/core/probe/host-probe.ts";
import type { TlsVersion } from "../../../src/core/tls/versions.ts";

export const now = Date.parse("2026-11-25T12:00:00Z");

export const certificate = {
  subject: "CN=db1",
  names: ["db1"],
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2027-01-01T00:00:00Z",
  spkiSha256: "0".repeat(64),
};

export const seen = (part: Partial<ProtocolSeen> = {}): ProtocolSeen => ({
  answer: "refused",
  suites: [],
  weak: [],
  notStrict: [],
  nameless: false,
  doubt: undefined,
  ...part,
});

export const accept = (...suites: readonly string[]): ProtocolSeen =>
  seen({ answer: "accepted", suites });

export const tls: Readonly<Record<TlsVersion, ProtocolSeen>> = {
  "SSL3.0": seen(),
  "TLS1.0": seen(),
  "TLS1.1": seen(),
  "TLS1.2": accept("TLS_ECDHE_RSA_AES_256_GCM_SHA384"),
  "TLS1.3": accept("TLS_AES_256_GCM_SHA384"),
};

/** An address where only HTTPS is open, as it should be. */
export const hardened: Observation = {
  address: "192.0.2.1",
  ports: {
    https: { port: 11443, state: "open" },
    http: { port: 11000, state: "closed" },
    ftp: { port: 11001, state: "closed" },
  },
  portNotes: {},
  serverName: undefined,
  tls,
  handshake: { kind: "answered", certificate },
};

export const withPort = (
  name: "https" | "http" | "ftp",
  state: "open" | "closed" | "filtered",
): Observation => ({
  ...hardened,
  ports: { ...hardened.ports, [name]: { port: hardened.ports[name].port, state } },
  ...(name === "https" ? { tls: undefined, handshake: undefined } : {}),
});

export const withTls = (version: TlsVersion, protocol: ProtocolSeen): Observation => ({
  ...hardened,
  tls: { ...tls, [version]: protocol },
});

export const until = (notAfter: string, notBefore = certificate.notBefore): Observation => ({
  ...hardened,
  handshake: { kind: "answered", certificate: { ...certificate, notBefore, notAfter } },
});

/** A host with these addresses, evaluated with the vendor profile. */
export function probeOf(...observations: readonly Observation[]): HostProbe {
  const demands = { profile: "vendor", filteredPort: "unknown", nowMs: now } as const;
  const judged = observations.map((one): AddressProbe => judgeAddress(one, demands));
  return combineAddresses("host", judged);
}
