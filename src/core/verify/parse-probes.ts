import type {
  AddressProbe,
  ProbeAnswer,
  Certificate,
  PortSeen,
  ProbeReason,
  ProbeReasonCode,
  TlsAnswer,
} from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { tlsVersions } from "../tls/versions.ts";
import { readJsonValue, type CanonicalValue } from "../formats/json/canonical.ts";
import {
  countDecoder,
  listDecoder,
  matchDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  wordDecoder,
  type Decoder,
} from "../formats/json/decode.ts";

const answerDecoder = wordDecoder<ProbeAnswer>("good", "bad", "unknown");
const codeDecoder: Decoder<ProbeReasonCode> = (value) =>
  // Codes are only displayed, so unknown codes of other versions are fine.
  matchDecoder(/^[a-z-]{1,40}$/)(value) as ProbeReasonCode | undefined;

const reasonsDecoder = listDecoder(
  recordDecoder<ProbeReason>({
    answer: wordDecoder("bad", "unknown"),
    code: codeDecoder,
    message: textDecoder,
  }),
);

const portDecoder = recordDecoder<PortSeen>({
  port: countDecoder,
  state: wordDecoder("open", "closed", "filtered"),
});

const protocolDecoder = recordDecoder<{
  readonly answer: TlsAnswer;
  readonly suites: readonly string[];
}>({
  answer: wordDecoder("accepted", "refused", "unknown"),
  suites: listDecoder(textDecoder),
});

/** The versions that were tested; empty if the HTTPS port is closed. */
const protocolsDecoder: Decoder<AddressProbe["protocols"]> = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const given = value as Readonly<Record<string, CanonicalValue>>;
  const read: Record<string, NonNullable<ReturnType<typeof protocolDecoder>>> = {};
  for (const [name, seen] of Object.entries(given)) {
    const protocol = protocolDecoder(seen);
    if (protocol === undefined || !tlsVersions.some((version) => version === name))
      return undefined;
    read[name] = protocol;
  }
  return read;
};

const probeDecoder = recordDecoder<HostProbe>({
  host: textDecoder,
  verdict: answerDecoder,
  addresses: listDecoder(
    recordDecoder<AddressProbe>({
      address: textDecoder,
      verdict: answerDecoder,
      ports: recordDecoder({ https: portDecoder, http: portDecoder, ftp: portDecoder }),
      protocols: protocolsDecoder,
      reachable: answerDecoder,
      certificate: nullable(
        recordDecoder<Certificate>({
          subject: textDecoder,
          names: listDecoder(textDecoder),
          notBefore: textDecoder,
          notAfter: textDecoder,
          spkiSha256: textDecoder,
        }),
      ),
      reasons: reasonsDecoder,
    }),
  ),
  unchecked: listDecoder(textDecoder),
  reasons: reasonsDecoder,
});

/** Reads the scan of a host from a verify report; undefined if it has no valid one. */
export function readProbe(text: string, host: string): HostProbe | undefined {
  return listProbes(text)
    .filter((probe) => (probe as { readonly host?: CanonicalValue } | null)?.host === host)
    .slice(0, 1)
    .map(decodeProbe)[0];
}

/** Reads the scans of all hosts by name; omits invalid ones. */
export function readProbes(text: string): ReadonlyMap<string, HostProbe> {
  const probes = listProbes(text).flatMap((probe) => decodeProbe(probe) ?? []);
  return new Map(probes.map((probe) => [probe.host, probe]));
}

function listProbes(text: string): readonly CanonicalValue[] {
  const reading = readJsonValue(text);
  if (reading.kind === "refused" || typeof reading.value !== "object") return [];
  const { probes } = { ...(reading.value as { readonly probes?: CanonicalValue }) };
  return Array.isArray(probes) ? probes : [];
}

function decodeProbe(probe: CanonicalValue): HostProbe | undefined {
  if (typeof probe !== "object" || probe === null) return undefined;
  // Older reports do not have this list.
  return probeDecoder({ unchecked: [], ...probe });
}
