import type { AddressProbe, Demands, PortSeen } from "../probe/address-probe.ts";
import type { PortName } from "../probe/observation.ts";
import { portsToProve } from "./health-check.ts";
import type { Clock, HostObserver } from "./ports.ts";
import { probeAddress, type ProbeTools } from "../probe/probe-address.ts";

export interface ObserverOptions {
  /** Names or addresses that clients use for the host. */
  readonly addresses: readonly string[];
  /** Tools that probe the host's own loopback. */
  readonly inside: ProbeTools;
  readonly outside: ProbeTools;
  /** TCP ports with a listener on the host; undefined if it does not report them. */
  readonly listening: () => Promise<ReadonlySet<number> | undefined>;
  readonly clock: Pick<Clock, "nowMs">;
}

const loopback = "127.0.0.1";

/** Creates an observer that probes a host from inside and outside at the same time. */
export function createObserver({
  addresses,
  inside,
  outside,
  listening,
  clock,
}: ObserverOptions): HostObserver {
  return {
    observe: async (file, before) => {
      const ports = portsToProve(file, before);
      // The host itself reports its listeners, so a closed port that does not answer is not
      // ambiguous.
      const demands: Demands = { profile: "vendor", filteredPort: "closed", nowMs: clock.nowMs() };
      const look = (address: string, serverName: string | undefined, tools: ProbeTools) =>
        probeAddress({ address, serverName, ports, demands, full: false }, tools);
      const resolved = await Promise.all(addresses.map((name) => resolveName(name, outside)));
      const [own, seen, open] = await Promise.all([
        look(loopback, undefined, inside),
        Promise.all(
          resolved.flatMap(({ name, list }) =>
            list.map((address) => look(address, address === name ? undefined : name, outside)),
          ),
        ),
        listening(),
      ]);
      const lost = resolved.flatMap(({ name, list, reason }) =>
        list.length === 0 ? [unresolved(name, reason, ports)] : [],
      );
      return { inside: own, outside: [...seen, ...lost], listening: open };
    },
  };
}

interface Resolved {
  readonly name: string;
  readonly list: readonly string[];
  readonly reason: string;
}

async function resolveName(name: string, { network }: ProbeTools): Promise<Resolved> {
  const resolution = await network.resolve(name);
  if (resolution.kind === "failed") return { name, list: [], reason: resolution.reason };
  return { name, list: resolution.addresses, reason: "it has no address" };
}

function silent(port: number): PortSeen {
  return { port, state: "filtered" };
}

/** A pinned name that cannot be resolved counts as an address that was not checked. */
function unresolved(
  name: string,
  reason: string,
  ports: Readonly<Record<PortName, number>>,
): AddressProbe {
  return {
    address: name,
    verdict: "unknown",
    ports: { https: silent(ports.https), http: silent(ports.http), ftp: silent(ports.ftp) },
    protocols: {},
    reachable: "unknown",
    certificate: null,
    reasons: [{ answer: "unknown", code: "name-not-resolved", message: reason }],
  };
}
