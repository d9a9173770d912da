import type { Demands } from "./address-probe.ts";
import {
  combineAddresses,
  familyOf,
  unresolvedHost,
  type Family,
  type HostProbe,
} from "./host-probe.ts";
import type { PortName } from "./observation.ts";
import { probeAddress, type ProbeTools } from "./probe-address.ts";

export interface HostRequest {
  /** A name or an address, as it is to be reported. */
  readonly host: string;
  /** Where it is reached, if not under that name. */
  readonly target?: string | undefined;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly demands: Demands;
  readonly full: boolean;
  /** Families of addresses that cannot be reached from this machine. */
  readonly unreachable: readonly Family[];
}

/** Probes every address of a name at the same time; never throws or rejects. */
export async function probeHost(
  { host, target = host, ports, demands, full, unreachable }: HostRequest,
  tools: ProbeTools,
): Promise<HostProbe> {
  const resolution = await tools.wire.resolve(target);
  if (resolution.kind === "failed") return unresolvedHost(host, resolution.reason);
  const { addresses } = resolution;
  // An address names no server, so a hello for one has no server name.
  const serverName = addresses.includes(target) ? undefined : target;
  const isChecked = (address: string): boolean => !unreachable.includes(familyOf(address));
  const probes = addresses
    .filter(isChecked)
    .map((address) => probeAddress({ address, serverName, ports, demands, full }, tools));
  const unchecked = addresses.filter((address) => !isChecked(address));
  return combineAddresses(host, await Promise.all(probes), unchecked);
}
