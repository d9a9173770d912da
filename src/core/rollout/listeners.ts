export interface Listener {
  readonly port: number;
  /** Number of the socket, in decimal. */
  readonly inode: string;
}

/**
 * TCP sockets that listen, out of the text of `/proc/net/tcp` and `/proc/net/tcp6`: the second
 * column ends in the port, in hexadecimal, the fourth is 0A. Source: proc(5).
 */
export function listListeners(tables: string): readonly Listener[] {
  return tables.split("\n").flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const port = /:([0-9A-F]{4})$/.exec(columns[1] ?? "")?.[1];
    const inode = columns[9];
    if (port === undefined || inode === undefined || columns[3] !== "0A") return [];
    return [{ port: parseInt(port, 16), inode }];
  });
}
