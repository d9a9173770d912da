import type { AddressProbe, ProbeAnswer } from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { probedPorts } from "../probe/observation.ts";
import { makeVisible, shorten } from "../base/text.ts";
import type { Paint, Tone } from "./text.ts";
import { printJson } from "../formats/json/print.ts";

/** One object; if a name has several addresses, `addresses` has the result of each. */
export function renderProbeJson(probe: HostProbe, full: boolean): string {
  return printJson({ schemaVersion: 2, ...describe(probe, full) }, 2);
}

export function renderFleetProbeJson(probes: readonly HostProbe[], full: boolean): string {
  return printJson({ schemaVersion: 2, hosts: probes.map((probe) => describe(probe, full)) }, 2);
}

function describe(
  { host, verdict, addresses, unchecked, reasons }: HostProbe,
  full: boolean,
): object {
  const [only, ...more] = addresses;
  if (more.length > 0) {
    const byAddress = addresses.map(({ address, ...seen }) => [address, seen] as const);
    return { host, verdict, full, addresses: Object.fromEntries(byAddress), unchecked, reasons };
  }
  if (only === undefined) {
    const nothing = { ports: {}, protocols: {}, certificate: null };
    return {
      host,
      verdict,
      full,
      address: null,
      reachable: "unknown",
      ...nothing,
      unchecked,
      reasons,
    };
  }
  const { address, reachable, ports, protocols, certificate } = only;
  const seen = { address, reachable, ports, protocols, certificate };
  return { host, verdict, full, ...seen, unchecked, reasons: only.reasons };
}

const tones: Readonly<Record<ProbeAnswer, Tone>> = {
  good: "good",
  bad: "error",
  unknown: "warning",
};

/** Text for people: the result of each address, with reasons. */
export function renderProbeText(
  { host, addresses, unchecked, reasons }: HostProbe,
  paint: Paint,
): string {
  const name = makeVisible(host);
  const parts = addresses.map((probe) => {
    const place = probe.address === host ? name : `${name} (${makeVisible(probe.address)})`;
    const verdict = paint(tones[probe.verdict], probe.verdict);
    return [`host ${paint("strong", place)}: ${verdict}`, ...renderAddress(probe, paint)];
  });
  if (addresses.length === 0) parts.push([`host ${paint("strong", name)}: unknown`]);
  const left = unchecked.map((address) => `  not scanned from here: ${makeVisible(address)}`);
  return `${[...parts.flat(), ...left, ...renderReasons(reasons, paint)].join("\n")}\n`;
}

function renderAddress(probe: AddressProbe, paint: Paint): readonly string[] {
  const ports = probedPorts.map((name) => {
    const { port, state } = probe.ports[name];
    return `${name} ${port} ${state}`;
  });
  const lines = [`  ports: ${ports.join(", ")}`];
  for (const [version, { answer, suites }] of Object.entries(probe.protocols)) {
    lines.push(`  ${version}: ${answer}${suites.length > 0 ? `: ${suites.join(" ")}` : ""}`);
  }
  if (probe.certificate !== null) {
    const { subject, names, notAfter, spkiSha256 } = probe.certificate;
    const list = names.length > 0 ? ` (${names.join(", ")})` : "";
    lines.push(`  certificate: ${makeVisible(shorten(subject + list, 300))}, until ${notAfter}`);
    lines.push(`  key: SHA-256 ${spkiSha256}`);
  }
  return [...lines, ...renderReasons(probe.reasons, paint)];
}

function renderReasons(reasons: AddressProbe["reasons"], paint: Paint): readonly string[] {
  return reasons.map(
    ({ answer, code, message }) =>
      `  ${paint(tones[answer], answer)}: ${makeVisible(shorten(message, 500))} [${code}]`,
  );
}
