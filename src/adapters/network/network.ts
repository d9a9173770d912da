import type { NetworkPort } from "../../core/probe/network-port.ts";
import { createNames } from "./dns.ts";
import { createSocketLimit } from "./semaphore.ts";
import { createTcp, type TcpRoute } from "./tcp.ts";
import { createTlsClient } from "./tls-client.ts";

export interface NetworkLimits {
  /** Sockets that are open at the same time. */
  readonly sockets: number;
  /** Milliseconds for each step: a name, a connection, an answer. */
  readonly timeoutMs: number;
}

/** A server's hello has about 100 bytes; nobody needs more to be told apart from noise. */
const maxBytes = 20_000;

/** The network as Node and Deno have it; the route leads to where an endpoint is reached instead. */
export function createNetwork(
  { sockets, timeoutMs }: NetworkLimits,
  route?: TcpRoute,
): NetworkPort {
  const limit = createSocketLimit(sockets);
  return {
    ...createTcp({ connectMs: timeoutMs, answerMs: timeoutMs, bytes: maxBytes }, limit, route),
    ...createTlsClient(timeoutMs, limit, route),
    ...createNames(timeoutMs),
  };
}
