import type {
  AddressProbe,
  Answer,
  Certificate,
  PortSeen,
  Reason,
  ReasonCode,
  TlsAnswer,
} from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { tlsVersions } from "../tls/versions.ts";
import { readJsonValue, type CanonicalValue } from "../formats/json/canonical.ts";
import {
  countShape,
  listShape,
  matchShape,
  nullable,
  recordShape,
  textShape,
  wordShape,
  type Shape,
} from "../formats/json/decode.ts";

const answerShape = wordShape<Answer>("good", "bad", "unknown");
const codeShape: Shape<ReasonCode> = (value) =>
  // It is shown and never acted on, so a code of another version is as good.
  matchShape(/^[a-z-]{1,40}$/)(value) as ReasonCode | undefined;

const reasonsShape = listShape(
  recordShape<Reason>({
    answer: wordShape("bad", "unknown"),
    code: codeShape,
    message: textShape,
  }),
);

const portShape = recordShape<PortSeen>({
  port: countShape,
  state: wordShape("open", "closed", "filtered"),
});

const protocolShape = recordShape<{
  readonly answer: TlsAnswer;
  readonly suites: readonly string[];
}>({
  answer: wordShape("accepted", "refused", "unknown"),
  suites: listShape(textShape),
});

/** Those that were asked for; an address whose HTTPS port is closed has none. */
const protocolsShape: Shape<AddressProbe["protocols"]> = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const given = value as Readonly<Record<string, CanonicalValue>>;
  const read: Record<string, NonNullable<ReturnType<typeof protocolShape>>> = {};
  for (const [name, seen] of Object.entries(given)) {
    const protocol = protocolShape(seen);
    if (protocol === undefined || !tlsVersions.some((version) => version === name))
      return undefined;
    read[name] = protocol;
  }
  return read;
};

const probeShape = recordShape<HostProbe>({
  host: textShape,
  verdict: answerShape,
  addresses: listShape(
    recordShape<AddressProbe>({
      address: textShape,
      verdict: answerShape,
      ports: recordShape({ https: portShape, http: portShape, ftp: portShape }),
      protocols: protocolsShape,
      reachable: answerShape,
      certificate: nullable(
        recordShape<Certificate>({
          subject: textShape,
          names: listShape(textShape),
          notBefore: textShape,
          notAfter: textShape,
          spkiSha256: textShape,
        }),
      ),
      reasons: reasonsShape,
    }),
  ),
  unchecked: listShape(textShape),
  reasons: reasonsShape,
});

/** What a report of verify says that a host showed; undefined where it says nothing that is known. */
export function readProbe(text: string, host: string): HostProbe | undefined {
  const reading = readJsonValue(text);
  if (reading.kind === "refused" || typeof reading.value !== "object") return undefined;
  const { probes } = { ...(reading.value as { readonly probes?: CanonicalValue }) };
  if (!Array.isArray(probes)) return undefined;
  const found = (probes as readonly CanonicalValue[]).find(
    (probe) => (probe as { readonly host?: CanonicalValue } | null)?.host === host,
  );
  if (typeof found !== "object" || found === null) return undefined;
  // Reports of before this was known have no such list.
  return probeShape({ unchecked: [], ...found });
}
