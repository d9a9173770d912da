import type { NetworkPort } from "../../core/probe/network-port.ts";
import { createNames } from "./dns.ts";
import { createSocketLimit } from "./semaphore.ts";
import { createTcp, type TcpRoute } from "./tcp.ts";
import { createTlsClient } from "./tls-client.ts";

export interface NetworkLimits {
  /** Maximum number of open sockets. */
  readonly sockets: number;
  /** Timeout in milliseconds of each step: name, connection, answer. */
  readonly timeoutMs: number;
}

/** A ServerHello has about 100 bytes; more is not needed to recognize it. */
const maxBytes = 20_000;

/** The network under Node and Deno; the route can redirect an endpoint to another address. */
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
