import { keyOfPort } from "../probe/target-ports.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import { nameSome, type AddressProbe, type ProbeReasonCode } from "../probe/address-probe.ts";
import type { Rule, RuleFinding } from "../rules/rule.ts";
import { wireCertificate } from "../rules/catalog/wire-certificate.ts";
import { wirePortOpen } from "../rules/catalog/wire-port-open.ts";
import { wireTls } from "../rules/catalog/wire-tls.ts";
import { wireUnknown } from "../rules/catalog/wire-unknown.ts";
import { wireUnreachable } from "../rules/catalog/wire-unreachable.ts";
import { placeOfPort, placeOfPriority, type Expectation } from "./expectation.ts";
import type { Phase } from "../fleet/phase.ts";
import type { Place } from "../formats/ini/document.ts";

export interface WireFinding extends RuleFinding {
  readonly rule: Rule;
}

/** The file that defines the expectation, and what to do if the host differs. */
export interface Owner {
  /** As in "which the config repo disables". */
  readonly name: string;
  /** Remark on how the file relates to the config repo; undefined if there is none. */
  readonly note: string | undefined;
  /** How to make the host follow the file. */
  readonly step: string;
}

export interface View {
  readonly expectation: Expectation;
  readonly desired: StpdFile | undefined;
  readonly phase: Phase;
  readonly owner: Owner;
  /** True if the host has several addresses, so findings name theirs. */
  readonly several: boolean;
}

/** Compares the scan of one address with its file. */
export function compareWithFile(probe: AddressProbe, view: View): readonly WireFinding[] {
  const { expectation, owner, several } = view;
  const at = several ? ` at ${probe.address}` : "";
  const note = owner.note === undefined ? "" : ` (${owner.note})`;
  const found: WireFinding[] = [];
  const add = (rule: Rule, message: string, help: string, place?: Place): void => {
    found.push({ rule, message: message + at, help, ...(place === undefined ? {} : { place }) });
  };
  for (const name of ["ftp", "http"] as const) {
    const key = keyOfPort[name];
    if (!mustBeClosed(name, view) || probe.ports[name].state !== "open") continue;
    const message = `port ${probe.ports[name].port} takes connections, although ${owner.name} closes ${key}${note}`;
    const place = view.desired && placeOfPort(view.desired, key);
    add(
      wirePortOpen,
      message,
      `${owner.step} If the port stays open, find out which process listens on it.`,
      place,
    );
  }
  const unreachable = findUnreachable(probe, expectation);
  if (unreachable !== undefined) {
    const message = `${unreachable}${note}`;
    add(wireUnreachable, message, "Act now: backups to this host will fail.");
  }
  const strangers = listStrangers(probe, expectation);
  if (strangers.length > 0) {
    const message = `the host accepts ${nameSome(strangers)}, which ${owner.name} disables${note}`;
    add(wireTls, message, owner.step, view.desired && placeOfPriority(view.desired));
  }
  for (const { code, message } of probe.reasons) {
    if (certificateCodes.includes(code)) add(wireCertificate, message, "Renew the certificate.");
  }
  const unknown = probe.reasons.filter(
    ({ answer, code }) => answer === "unknown" && isExpected(code, view),
  );
  if (unknown.length > 0) {
    const message = unknown.map((reason) => reason.message).join("; ");
    add(wireUnknown, message, "Make sure that this machine can reach the host's ports.");
  }
  return found;
}

const certificateCodes: readonly ProbeReasonCode[] = [
  "certificate-expired",
  "certificate-expires-soon",
  "certificate-not-yet-valid",
];

function mustBeClosed(name: "http" | "ftp", { expectation, phase }: View): boolean {
  const key = name === "http" ? "STPD_HTTP_PORT" : "STPD_PORT";
  return phase === "close" && !expectation.opensPlain[key];
}

/** True if an inconclusive result matters for what the file says. */
function isExpected(code: ProbeReasonCode, view: View): boolean {
  const { opensHttps } = view.expectation;
  // Without HTTPS, the plain ports are the host's only data ports.
  if (code === "http-filtered") return mustBeClosed("http", view) || !opensHttps;
  if (code === "ftp-filtered") return mustBeClosed("ftp", view) || !opensHttps;
  return opensHttps;
}

/** Reasons that mean that HTTPS does not work. */
export const unreachableCodes: readonly ProbeReasonCode[] = [
  "https-closed",
  "no-modern-protocol",
  "not-http",
  "name-refused",
];

function findUnreachable(probe: AddressProbe, { opensHttps }: Expectation): string | undefined {
  if (opensHttps) {
    return probe.reasons.find(({ code }) => unreachableCodes.includes(code))?.message;
  }
  const { http, ftp } = probe.ports;
  const isGone = http.state === "closed" && ftp.state === "closed";
  return isGone ? "no data port takes connections" : undefined;
}

/** Versions and suites that are accepted but not enabled: `TLS1.1` or `TLS1.2 TLS_RSA_...`. */
function listStrangers(probe: AddressProbe, { suites }: Expectation): readonly string[] {
  if (suites === undefined) return [];
  return Object.entries(probe.protocols).flatMap(([version, seen]) => {
    const enabled = suites.get(version);
    if (seen.answer !== "accepted") return [];
    if (enabled === undefined || enabled.size === 0) return [version];
    return seen.suites.filter((name) => !enabled.has(name)).map((name) => `${version} ${name}`);
  });
}
