import { readTcpRows } from "./proc-net.ts";

export interface Connection {
  /** Of this machine. */
  readonly port: number;
  /** Address of the other end; IPv6 in brackets. */
  readonly peer: string;
}

/**
 * Established TCP connections to one of the ports, out of the text of `/proc/net/tcp` and
 * `/proc/net/tcp6`; a connection within the machine is in it with both ends. Source: proc(5).
 */
export function listConnections(tables: string, ports: ReadonlySet<number>): readonly Connection[] {
  return readTcpRows(tables)
    .filter(({ state, port }) => state === "01" && ports.has(port))
    .map(({ port, peer }) => ({ port, peer }));
}
