import type { Demands } from "./address-probe.ts";
import { combineAddresses, familyOf, unresolvedHost, type HostProbe } from "./host-probe.ts";
import type { PortName } from "./observation.ts";
import { probeAddress, type ProbeTools } from "./probe-address.ts";
import type { Family } from "../base/family.ts";

export interface HostRequest {
  /** Name or address for the report. */
  readonly host: string;
  /** Address to connect to, if different. */
  readonly target?: string | undefined;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly demands: Demands;
  readonly full: boolean;
  /** Address families that this machine cannot reach. */
  readonly unreachable: readonly Family[];
}

/** Scans all addresses of a name in parallel. Never throws or rejects. */
export async function probeHost(
  { host, target = host, ports, demands, full, unreachable }: HostRequest,
  tools: ProbeTools,
): Promise<HostProbe> {
  const resolution = await tools.network.resolve(target);
  if (resolution.kind === "failed") return unresolvedHost(host, resolution.reason);
  const { addresses } = resolution;
  // A ClientHello to an address has no server name.
  const serverName = addresses.includes(target) ? undefined : target;
  const isChecked = (address: string): boolean => !unreachable.includes(familyOf(address));
  const probes = addresses
    .filter(isChecked)
    .map((address) => probeAddress({ address, serverName, ports, demands, full }, tools));
  const unchecked = addresses.filter((address) => !isChecked(address));
  return combineAddresses(host, await Promise.all(probes), unchecked);
}

/** Hosts scanned in parallel; sockets have their own limit. */
const maxHosts = 32;

/** Scans hosts in parallel, reports progress after each, and keeps their order. */
export async function probeFleet(
  requests: readonly HostRequest[],
  tools: ProbeTools,
  tell: (done: number) => void,
): Promise<readonly HostProbe[]> {
  const probes = new Map<number, HostProbe>();
  const queue = requests.entries();
  const work = async (): Promise<void> => {
    // The workers share one iterator, so each request is taken once.
    for (const [index, request] of queue) {
      probes.set(index, await probeHost(request, tools));
      tell(probes.size);
    }
  };
  await Promise.all(Array.from({ length: maxHosts }, work));
  return requests.flatMap((_, index) => probes.get(index) ?? []);
}
