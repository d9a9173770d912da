/** A TCP socket of the target that listens. */
export interface Listener {
  readonly port: number;
  /** Where it can be reached from the target itself; IPv6 in brackets. */
  readonly address: string;
  readonly inode: string;
}

/**
 * Out of the text of `/proc/net/tcp` and `/proc/net/tcp6`: the second column is address and port in
 * hexadecimal, each word of the address in the order of the machine's bytes; the fourth is 0A, the
 * tenth the number of the socket. Source: proc(5).
 */
export function listListeners(tables: string): readonly Listener[] {
  return tables.split("\n").flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const [, host, port] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(columns[1] ?? "") ?? [];
    const inode = columns[9];
    if (host === undefined || port === undefined || inode === undefined) return [];
    if (columns[3] !== "0A") return [];
    return [{ port: parseInt(port, 16), address: readAddress(host), inode }];
  });
}

/** What listens on every address is reached on loopback. */
function readAddress(host: string): string {
  const words = host.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const isAny = bytes.every((byte) => byte === "00");
  if (bytes.length === 4) {
    return isAny ? "127.0.0.1" : bytes.map((byte) => parseInt(byte, 16)).join(".");
  }
  // One that listens on all of IPv6 takes IPv4 as well, as a rule.
  if (isAny) return "127.0.0.1";
  return `[${(bytes.join("").toLowerCase().match(/.{4}/g) ?? []).join(":")}]`;
}

/**
 * When the process started that listens on one of the ports, in milliseconds since 1970; of several
 * the earliest. The text: time of day, `/proc/uptime`, both tables, an empty line, and of each
 * process with sockets a line `START [SOCKET]`. Undefined where it is not among them.
 */
export function findStart(text: string, ports: ReadonlySet<number>): number | undefined {
  const [head = "", tail = ""] = text.split("\n\n");
  const [time, up] = head.split("\n").map((line) => 1000 * parseFloat(line));
  if (time === undefined || up === undefined) return undefined;
  const sockets = listListeners(head)
    .filter(({ port }) => ports.has(port))
    .map(({ inode }) => `[${inode}]`);
  const starts = tail
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, socket]) => socket !== undefined && sockets.includes(socket))
    // In ticks of 1/100 s, on every Linux that SEP supports.
    .map(([start]) => 10 * Number(start))
    .filter((start) => Number.isFinite(start));
  return starts.length === 0 ? undefined : time - up + Math.min(...starts);
}
