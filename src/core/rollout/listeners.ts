export interface Listener {
  readonly port: number;
  /** Where it is reached on the host itself; IPv6 in brackets. */
  readonly address: string;
  /** Number of the socket, in decimal. */
  readonly inode: string;
}

/**
 * TCP sockets that listen, out of the text of `/proc/net/tcp` and `/proc/net/tcp6`: the second
 * column is address and port in hexadecimal, each word of the address in the order of the machine's
 * bytes; the fourth is 0A. Source: proc(5).
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

/** What listens on every address is reached on loopback; what does so in IPv6, in IPv4 as well. */
function readAddress(host: string): string {
  const words = host.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.every((byte) => byte === "00")) return "127.0.0.1";
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join(".");
  return `[${(bytes.join("").toLowerCase().match(/.{4}/g) ?? []).join(":")}]`;
}
