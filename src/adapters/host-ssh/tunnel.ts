import type { Listener } from "../../core/host/proc-net.ts";
import type { Outcome } from "../../core/host/ports.ts";
import type { Endpoint, NetworkPort } from "../../core/probe/network-port.ts";
import { createNetwork, type NetworkLimits } from "../network/network.ts";
import type { SshConnection } from "./connection.ts";

export interface TunnelOptions {
  readonly connection: SshConnection;
  /** Path prefix of sockets on the jump host; a port number is appended. */
  readonly prefix: string;
  /** Listeners on the target; undefined if it does not report them. */
  readonly listeners: () => Promise<readonly Listener[] | undefined>;
  readonly limits: NetworkLimits;
}

/**
 * Network access to the target's loopback. Whether a port is open is read from the target's
 * listeners, because a tunnel accepts every connection. Data is sent through the tunnel.
 */
export function createTunnelNetwork(options: TunnelOptions): NetworkPort {
  const { connection, prefix, listeners, limits } = options;
  const socketOf = (port: number): string => `${prefix}.${port}`;
  const network = createNetwork(limits, ({ port }) => ({ path: socketOf(port) }));
  const open = async ({ port }: Endpoint): Promise<Outcome> => {
    const found = (await listeners())?.filter((listener) => listener.port === port) ?? [];
    const best = found.find(({ address }) => address === "127.0.0.1") ?? found[0];
    if (best === undefined) return { kind: "failed", reason: "nothing listens there" };
    return connection.forward({ socket: socketOf(port), address: best.address, port });
  };
  const opening = new Map<number, Promise<Outcome>>();
  /**
   * Opens each tunnel once per connection: ssh accepts a second request for it, but starting ssh
   * takes time.
   */
  const openOnce = async (endpoint: Endpoint): Promise<Outcome> => {
    const known = opening.get(endpoint.port);
    if (known !== undefined && (await known).kind === "done") return known;
    const fresh = open(endpoint);
    opening.set(endpoint.port, fresh);
    return fresh;
  };
  return {
    resolve: async (name) => ({ kind: "addresses", addresses: [name] }),
    connect: async ({ port }) => {
      const all = await listeners();
      if (all === undefined)
        return { state: "filtered", note: "the host does not report listeners" };
      const isOpen = all.some((listener) => listener.port === port);
      return { state: isOpen ? "open" : "closed", note: "" };
    },
    exchange: async (endpoint, bytes, isComplete) => {
      for (let turn = 0; ; turn++) {
        const opened = await openOnce(endpoint);
        if (opened.kind === "failed") {
          return { kind: "unconnected", state: "filtered", note: opened.reason, elapsedMs: 0 };
        }
        const exchange = await network.exchange(endpoint, bytes, isComplete);
        if (exchange.kind !== "unconnected" || turn > 0 || !isGone(exchange.note)) return exchange;
        opening.delete(endpoint.port);
      }
    },
    handshake: async (endpoint, serverName) => {
      const opened = await openOnce(endpoint);
      if (opened.kind === "failed") return { kind: "failed", reason: opened.reason };
      return network.handshake(endpoint, serverName);
    },
  };
}

/** The socket was removed together with its connection. */
function isGone(note: string): boolean {
  return note === "ENOENT" || note === "";
}
