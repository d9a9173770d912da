export interface Listener {
  readonly port: number;
  /** Where it is reached on the host itself; IPv6 in brackets. */
  readonly address: string;
  /** Number of the socket, in decimal. */
  readonly inode: string;
}

interface TcpRow {
  /** Two hexadecimal digits. */
  readonly state: string;
  readonly port: number;
  readonly host: readonly number[];
  readonly peer: string;
  readonly inode: string;
}

const endpoint = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/;

/**
 * Rows of `/proc/net/tcp` and `/proc/net/tcp6`: the second and third column are address and port in
 * hexadecimal, each word of the address in the order of the machine's bytes. Source: proc(5).
 */
function readTcpRows(tables: string): readonly TcpRow[] {
  return tables.split("\n").flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const [, host, port] = endpoint.exec(columns[1] ?? "") ?? [];
    const [, peer] = endpoint.exec(columns[2] ?? "") ?? [];
    const [state, inode] = [columns[3], columns[9]];
    if (host === undefined || port === undefined || peer === undefined) return [];
    if (state === undefined || inode === undefined) return [];
    return [
      {
        state,
        port: parseInt(port, 16),
        host: readBytes(host),
        peer: printAddress(readBytes(peer)),
        inode,
      },
    ];
  });
}

/** TCP sockets that listen: their state is 0A. */
export function listListeners(tables: string): readonly Listener[] {
  return readTcpRows(tables)
    .filter(({ state }) => state === "0A")
    .map(({ port, host, inode }) => ({ port, address: reachableAt(host), inode }));
}

/** What listens on every address is reached on loopback; what does so in IPv6, in IPv4 as well. */
function reachableAt(host: readonly number[]): string {
  return host.every((byte) => byte === 0) ? "127.0.0.1" : printAddress(host);
}

function readBytes(host: string): readonly number[] {
  const words = host.match(/.{8}/g) ?? [];
  const pairs = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  return pairs.map((pair) => parseInt(pair, 16));
}

/** Of IPv4 within IPv6 (::ffff:192.0.2.1) the IPv4 address. */
function printAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (isMapped && bytes[11] === 0xff) return bytes.slice(12).join(".");
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `[${(digits.match(/.{4}/g) ?? []).join(":")}]`;
}

/**
 * The version out of `sm_main status`, which prints VERSION='server,5.1.0.6,20230613141801' on a
 * Server; what an RDS prints is not documented, so any version behind `sesam` counts as well.
 * Source: SEP, SEP sesam Processes (5.1.0).
 */
export function findVersion(output: string): string | undefined {
  const named = /VERSION='[^'\n]*?\b(\d+\.\d+\.\d+(?:\.\d+)?)\b[^'\n]*'/.exec(output)?.[1];
  return named ?? /\bsesam\s+(\d+\.\d+\.\d+(?:\.\d+)?)\b/i.exec(output)?.[1];
}

export interface TcpConnection {
  /** Of this machine. */
  readonly port: number;
  /** Address of the other end; IPv6 in brackets. */
  readonly peer: string;
}

/**
 * Established TCP connections to one of the ports, out of the text of `/proc/net/tcp` and
 * `/proc/net/tcp6`; a connection within the machine is in it with both ends. Source: proc(5).
 */
export function listConnections(
  tables: string,
  ports: ReadonlySet<number>,
): readonly TcpConnection[] {
  return readTcpRows(tables)
    .filter(({ state, port }) => state === "01" && ports.has(port))
    .map(({ port, peer }) => ({ port, peer }));
}
