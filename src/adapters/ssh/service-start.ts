import { listListeners } from "../../core/rollout/listeners.ts";

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
