import { keyOfPort } from "../fleet/wire-ports.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import { nameSome, type AddressProbe, type ReasonCode } from "../probe/address-probe.ts";
import type { Place, Rule, RuleFinding } from "../rules/rule.ts";
import { wireCertificate } from "../rules/wire-certificate.ts";
import { wirePortOpen } from "../rules/wire-port-open.ts";
import { wireTls } from "../rules/wire-tls.ts";
import { wireUnknown } from "../rules/wire-unknown.ts";
import { wireUnreachable } from "../rules/wire-unreachable.ts";
import { placeOfPort, placeOfPriority, type Expectation, type Phase } from "./expectation.ts";

export interface WireFinding extends RuleFinding {
  readonly rule: Rule;
}

export interface View {
  readonly expectation: Expectation;
  readonly desired: StpdFile | undefined;
  readonly phase: Phase;
  readonly who: string;
  /** True where a finding has to name its address. */
  readonly several: boolean;
}

/** What speaks against one address, given what its file says. */
export function judgeWire(probe: AddressProbe, view: View): readonly WireFinding[] {
  const { expectation, who, several } = view;
  const at = several ? ` at ${probe.address}` : "";
  const found: WireFinding[] = [];
  const add = (rule: Rule, message: string, help: string, place?: Place): void => {
    found.push({ rule, message: message + at, help, ...(place === undefined ? {} : { place }) });
  };
  for (const name of ["ftp", "http"] as const) {
    const key = keyOfPort[name];
    if (!mustBeClosed(name, view) || probe.ports[name].state !== "open") continue;
    const message = `port ${probe.ports[name].port} takes connections, though ${key} is closed: ${who}`;
    const place = view.desired && placeOfPort(view.desired, key);
    add(wirePortOpen, message, "Restart STPD, and see what listens on the port.", place);
  }
  const unreachable = findUnreachable(probe, expectation);
  if (unreachable !== undefined) {
    add(wireUnreachable, `${unreachable}: ${who}`, "See to it now: backups to this host fail.");
  }
  const strangers = listStrangers(probe, expectation);
  if (strangers.length > 0) {
    const message = `the wire accepts what the file does not enable: ${nameSome(strangers)}: ${who}`;
    add(wireTls, message, "Restart STPD.", view.desired && placeOfPriority(view.desired));
  }
  for (const { code, message } of probe.reasons) {
    if (certificateCodes.includes(code)) add(wireCertificate, message, "Renew the certificate.");
  }
  const unknown = probe.reasons.filter(
    ({ answer, code }) => answer === "unknown" && isExpected(code, view),
  );
  if (unknown.length > 0) {
    const message = unknown.map((reason) => reason.message).join("; ");
    add(wireUnknown, message, "See that the ports of the host can be reached from here.");
  }
  return found;
}

const certificateCodes: readonly ReasonCode[] = [
  "certificate-expired",
  "certificate-expires-soon",
  "certificate-not-yet-valid",
];

function mustBeClosed(name: "http" | "ftp", { expectation, phase }: View): boolean {
  const key = name === "http" ? "STPD_HTTP_PORT" : "STPD_PORT";
  return phase === "close" && !expectation.opensPlain[key];
}

/** Tells whether something that could not be seen bears on what the file says. */
function isExpected(code: ReasonCode, view: View): boolean {
  const { opensHttps } = view.expectation;
  // Without HTTPS the plain ports are all that a host is reached by.
  if (code === "http-filtered") return mustBeClosed("http", view) || !opensHttps;
  if (code === "ftp-filtered") return mustBeClosed("ftp", view) || !opensHttps;
  return opensHttps;
}

/** What tells that HTTPS does not work. */
export const unreachableCodes: readonly ReasonCode[] = [
  "https-closed",
  "no-modern-protocol",
  "not-http",
];

function findUnreachable(probe: AddressProbe, { opensHttps }: Expectation): string | undefined {
  if (opensHttps) {
    return probe.reasons.find(({ code }) => unreachableCodes.includes(code))?.message;
  }
  const { http, ftp } = probe.ports;
  const isGone = http.state === "closed" && ftp.state === "closed";
  return isGone ? "no data port takes connections" : undefined;
}

/** What is accepted and not enabled, as `TLS1.1` or `TLS1.2 TLS_RSA_...`. */
function listStrangers(probe: AddressProbe, { suites }: Expectation): readonly string[] {
  if (suites === undefined) return [];
  return Object.entries(probe.protocols).flatMap(([version, seen]) => {
    const enabled = suites.get(version);
    if (seen.answer !== "accepted") return [];
    if (enabled === undefined || enabled.size === 0) return [version];
    return seen.suites.filter((name) => !enabled.has(name)).map((name) => `${version} ${name}`);
  });
}
