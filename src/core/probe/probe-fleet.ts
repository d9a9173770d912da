import type { HostProbe } from "./host-probe.ts";
import { probeHost, type HostRequest } from "./probe-host.ts";
import type { ProbeTools } from "./probe-address.ts";

/** Hosts at work at the same time; the wire bounds the sockets besides. */
const mostHosts = 32;

/** Probes hosts, some at a time, and tells after each how many are done; keeps their order. */
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
  await Promise.all(Array.from({ length: mostHosts }, work));
  return requests.flatMap((_, index) => probes.get(index) ?? []);
}
