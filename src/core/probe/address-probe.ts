import { modernVersions, tlsVersions, type TlsVersion } from "../tls/versions.ts";
import type {
  Certificate,
  Observation,
  PortName,
  PortSeen,
  PortState,
  ProtocolSeen,
  TlsAnswer,
} from "./observation.ts";
import type { Profile } from "../base/profile.ts";

export type { Certificate, PortName, PortSeen, PortState, TlsAnswer };

export type ProbeAnswer = "good" | "bad" | "unknown";

/** Reason codes for a bad or unknown address. */
export type ProbeReasonCode =
  | "https-closed"
  | "https-filtered"
  | "http-open"
  | "http-filtered"
  | "ftp-open"
  | "ftp-filtered"
  | "legacy-protocol"
  | "weak-suite"
  | "suite-not-strict"
  | "no-modern-protocol"
  | "tls-unknown"
  | "not-http"
  | "no-http-answer"
  | "handshake-failed"
  | "name-refused"
  | "certificate-expired"
  | "certificate-expires-soon"
  | "certificate-not-yet-valid"
  | "certificate-unreadable"
  | "name-not-resolved"
  | "no-address-checked";

export interface ProbeReason {
  readonly answer: "bad" | "unknown";
  readonly code: ProbeReasonCode;
  readonly message: string;
}

/** The scan of an address and its evaluation. */
export interface AddressProbe {
  readonly address: string;
  readonly verdict: ProbeAnswer;
  readonly ports: Readonly<Record<PortName, PortSeen>>;
  readonly protocols: Readonly<
    Partial<Record<TlsVersion, { readonly answer: TlsAnswer; readonly suites: readonly string[] }>>
  >;
  /** A handshake was completed and HTTP answered. */
  readonly reachable: ProbeAnswer;
  readonly certificate: Certificate | null;
  readonly reasons: readonly ProbeReason[];
}

/** Requirements for an address. */
export interface Demands {
  readonly profile: Profile;
  /** State of a filtered plain port, since a firewall on the way says nothing about the host. */
  readonly filteredPort: "unknown" | "closed";
  readonly nowMs: number;
}

/** Good only if every requirement was verified; unknown never counts as good. */
export function judgeAddress(observation: Observation, demands: Demands): AddressProbe {
  const { address, ports, tls, handshake } = observation;
  const certificate =
    handshake === undefined || handshake.kind === "failed" ? null : handshake.certificate;
  const reach = judgeReach(observation);
  const reasons = [
    ...reach,
    ...judgePlainPorts(observation, demands),
    ...(tls === undefined ? [] : judgeTls(tls, demands.profile)),
    ...(certificate === null ? [] : judgeCertificate(certificate, demands.nowMs)),
  ];
  return {
    address,
    verdict: worstOf(reasons),
    ports,
    protocols: tls === undefined ? {} : showProtocols(tls),
    reachable: worstOf(reach),
    certificate,
    reasons,
  };
}

/** Bad if anything is bad, else unknown if anything is unknown. */
export function worstOf(reasons: readonly { readonly answer: ProbeAnswer }[]): ProbeAnswer {
  if (reasons.some(({ answer }) => answer === "bad")) return "bad";
  return reasons.some(({ answer }) => answer === "unknown") ? "unknown" : "good";
}

function judgeReach(observation: Observation): readonly ProbeReason[] {
  const { ports, portNotes, handshake } = observation;
  const { port, state } = ports.https;
  if (state === "closed") {
    return [bad("https-closed", `port ${port} refuses connections, so HTTPS is not available`)];
  }
  if (state === "filtered") {
    const note = portNotes.https ?? "nothing came back";
    return [unknown("https-filtered", `could not reach port ${port} from here: ${note}`)];
  }
  const refusal = findNameRefusal(observation);
  if (refusal !== undefined) return [refusal];
  switch (handshake?.kind) {
    case "answered":
      return [];
    case "other":
      return [
        bad(
          "not-http",
          `the service on port ${port} completes a TLS handshake but does not speak HTTP`,
        ),
      ];
    case "silent":
      return [
        unknown(
          "no-http-answer",
          `port ${port} completes a TLS handshake but sends no HTTP response: ${handshake.reason}`,
        ),
      ];
    default:
      return [
        unknown(
          "handshake-failed",
          `TLS handshake failed on port ${port}: ${handshake?.reason ?? "not attempted"}`,
        ),
      ];
  }
}

/** True if TLS 1.2 and 1.3 are only accepted from clients that send no server name. */
export function refusesName(tls: NonNullable<Observation["tls"]>): boolean {
  const accepted = modernVersions.filter((version) => tls[version].answer === "accepted");
  return accepted.length > 0 && accepted.every((version) => tls[version].nameless);
}

/** Reported because clients that connect by this name send it, and all are rejected. */
function findNameRefusal({ ports, tls, serverName }: Observation): ProbeReason | undefined {
  if (tls === undefined || serverName === undefined || !refusesName(tls)) return undefined;
  const cause = serverName.includes("_")
    ? "the name contains an underscore, which GnuTLS rejects"
    : "it accepts only ClientHellos without a server name";
  return bad(
    "name-refused",
    `port ${ports.https.port} rejects every client that requests ${serverName}: ${cause}`,
  );
}

function judgePlainPorts(
  { ports, portNotes, untried = [] }: Observation,
  { filteredPort }: Demands,
): readonly ProbeReason[] {
  return (["http", "ftp"] as const).flatMap((name) => {
    const { port, state } = ports[name];
    const label = name.toUpperCase();
    if (state === "open") {
      return [bad(`${name}-open`, `port ${port} (${label}) accepts unencrypted connections`)];
    }
    // `filteredPort` is about firewalls, not about ports that this machine could not try.
    if (state === "closed" || (filteredPort === "closed" && !untried.includes(name))) return [];
    const note = portNotes[name] ?? "nothing came back";
    return [
      unknown(`${name}-filtered`, `cannot tell whether port ${port} (${label}) is closed: ${note}`),
    ];
  });
}

function judgeTls(
  tls: Readonly<Record<TlsVersion, ProtocolSeen>>,
  profile: Profile,
): readonly ProbeReason[] {
  const reasons: ProbeReason[] = [];
  for (const version of tlsVersions) {
    const { answer, suites, weak, notStrict, doubt } = tls[version];
    const isModern = modernVersions.includes(version);
    if (!isModern && answer === "accepted") {
      reasons.push(
        bad("legacy-protocol", `${version} is accepted, with ${suites[0] ?? "a suite"}`),
      );
    }
    if (weak.length > 0) {
      reasons.push(bad("weak-suite", `${version} accepts weak suites: ${nameSome(weak)}`));
    }
    const others = notStrict.filter((name) => !weak.includes(name));
    if (profile === "strict" && isModern && others.length > 0) {
      reasons.push(
        bad(
          "suite-not-strict",
          `${version} accepts suites that are not forward secret and AEAD: ${nameSome(others)}`,
        ),
      );
    }
    if (doubt !== undefined) {
      reasons.push(unknown("tls-unknown", `cannot tell what ${version} accepts: ${doubt}`));
    }
  }
  if (modernVersions.every((version) => tls[version].answer === "refused")) {
    reasons.push(bad("no-modern-protocol", "neither TLS 1.2 nor TLS 1.3 is accepted"));
  }
  return reasons;
}

/** Shortens the list for messages; `protocols` has all suites. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

function showProtocols(tls: Readonly<Record<TlsVersion, ProtocolSeen>>): AddressProbe["protocols"] {
  return Object.fromEntries(
    tlsVersions.map((version) => {
      const { answer, suites } = tls[version];
      return [version, { answer, suites }];
    }),
  );
}

function bad(code: ProbeReasonCode, message: string): ProbeReason {
  return { answer: "bad", code, message };
}

function unknown(code: ProbeReasonCode, message: string): ProbeReason {
  return { answer: "unknown", code, message };
}

const day = 24 * 60 * 60 * 1000;

/** Days; a certificate that expires sooner may expire between two checks. */
const minDays = 14;

/** `now` in milliseconds since 1970. */
function judgeCertificate(
  { notBefore, notAfter }: Certificate,
  nowMs: number,
): readonly ProbeReason[] {
  const start = Date.parse(notBefore);
  const end = Date.parse(notAfter);
  if (Number.isNaN(start) || Number.isNaN(end)) {
    const message = "cannot read the dates of the certificate";
    return [{ answer: "unknown", code: "certificate-unreadable", message }];
  }
  if (nowMs > end) {
    const message = `the certificate expired on ${notAfter}`;
    return [{ answer: "bad", code: "certificate-expired", message }];
  }
  if (nowMs < start) {
    const message = `the certificate is not valid before ${notBefore}`;
    return [{ answer: "bad", code: "certificate-not-yet-valid", message }];
  }
  if (end - nowMs < minDays * day) {
    const message = `the certificate expires on ${notAfter}, in less than ${minDays} days`;
    return [{ answer: "bad", code: "certificate-expires-soon", message }];
  }
  return [];
}
