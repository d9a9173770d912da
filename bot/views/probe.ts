import type { AddressProbe } from "../../src/core/probe/address-probe.ts";
import type { HostProbe } from "../../src/core/probe/host-probe.ts";
import { probedPorts } from "../../src/core/probe/observation.ts";
import { toName, toPlain } from "./escape.ts";

const shownAddresses = 5;
const shownReasons = 4;

/** One line an address: ports, TLS versions, the certificate, and what speaks against it. */
export function tellProbe({ addresses, unchecked, reasons }: HostProbe): readonly string[] {
  const left = addresses.length - shownAddresses;
  return [
    ...addresses.slice(0, shownAddresses).map(tellAddress),
    ...(left > 0 ? [`${left} more addresses: sesam-harden probe shows them.`] : []),
    ...unchecked
      .slice(0, shownAddresses)
      .map((one) => `Not checked from there: ${toName(one, 60)}.`),
    ...reasons.slice(0, shownReasons).map(({ message }) => `Probed: ${toPlain(message)}.`),
  ];
}

function tellAddress({ address, ports, protocols, certificate, reasons }: AddressProbe): string {
  const doors = probedPorts.map((name) => `${name} ${ports[name].port} ${ports[name].state}`);
  const versions = Object.entries(protocols).map(([version, { answer }]) => `${version} ${answer}`);
  const tls = versions.length > 0 ? ` TLS: ${versions.join(", ")}.` : "";
  const end = certificate === null ? "" : ` Certificate until ${certificate.notAfter}.`;
  const against = reasons.slice(0, shownReasons).map(({ message }) => ` ${toPlain(message)}.`);
  return `Probed ${toName(address, 60)}: ${doors.join(", ")}.${tls}${end}${against.join("")}`;
}
