export interface Listener {
  readonly port: number;
  /** Address that reaches the listener from the host itself; IPv6 in brackets. */
  readonly address: string;
  /** Inode number of the socket, in decimal. */
  readonly inode: string;
}

interface TcpRow {
  /** TCP state as two hexadecimal digits. */
  readonly state: string;
  readonly port: number;
  readonly host: readonly number[];
  readonly peer: string;
  readonly inode: string;
}

const endpoint = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/;

/**
 * Parses rows of `/proc/net/tcp` and `/proc/net/tcp6`. The second and third column are address and
 * port in hexadecimal; each word of the address is in the machine's byte order. Source: proc(5).
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

/** Lists TCP sockets in state 0A (LISTEN). */
export function listListeners(tables: string): readonly Listener[] {
  return readTcpRows(tables)
    .filter(({ state }) => state === "0A")
    .map(({ port, host, inode }) => ({ port, address: reachableAt(host), inode }));
}

/**
 * A listener on every address is reachable on loopback; one on every IPv6 address is reachable over
 * IPv4 as well.
 */
function reachableAt(host: readonly number[]): string {
  return host.every((byte) => byte === 0) ? "127.0.0.1" : printAddress(host);
}

function readBytes(host: string): readonly number[] {
  const words = host.match(/.{8}/g) ?? [];
  const pairs = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  return pairs.map((pair) => parseInt(pair, 16));
}

/** Prints an IPv4-mapped IPv6 address (::ffff:192.0.2.1) as IPv4. */
function printAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (isMapped && bytes[11] === 0xff) return bytes.slice(12).join(".");
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `[${(digits.match(/.{4}/g) ?? []).join(":")}]`;
}

/**
 * Finds the version in the output of `sm_main status`. A Server prints
 * VERSION='server,5.1.0.6,20230613141801'. The output of an RDS is not documented, so any version
 * after `sesam` is accepted too. Source: SEP, SEP sesam Processes (5.1.0).
 */
export function findVersion(output: string): string | undefined {
  const named = /VERSION='[^'\n]*?\b(\d+\.\d+\.\d+(?:\.\d+)?)\b[^'\n]*'/.exec(output)?.[1];
  return named ?? /\bsesam\s+(\d+\.\d+\.\d+(?:\.\d+)?)\b/i.exec(output)?.[1];
}

export interface TcpConnection {
  /** Local port. */
  readonly port: number;
  /** Address of the other end; IPv6 in brackets. */
  readonly peer: string;
}

/**
 * Lists established TCP connections to the given ports from the text of `/proc/net/tcp` and
 * `/proc/net/tcp6`. A connection within the machine appears once for each end. Source: proc(5).
 */
export function listConnections(
  tables: string,
  ports: ReadonlySet<number>,
): readonly TcpConnection[] {
  return readTcpRows(tables)
    .filter(({ state, port }) => state === "01" && ports.has(port))
    .map(({ port, peer }) => ({ port, peer }));
}
