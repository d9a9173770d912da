import { listListeners } from "../../core/host/proc-net.ts";
import type { ServiceState } from "../../core/host/ports.ts";

/**
 * When the process started that listens on one of the ports; of several the earliest. The text: time of day, `/proc/uptime`, both tables, an empty line, and of each
 * process with sockets a line `START [SOCKET]`. Undefined where it is not among them.
 */
export function findStart(
  text: string,
  ports: ReadonlySet<number>,
): Pick<ServiceState, "startedAt" | "startTick"> {
  const [head = "", tail = ""] = text.split("\n\n");
  const [time, up] = head.split("\n").map((line) => 1000 * parseFloat(line));
  const unknown = { startedAt: undefined, startTick: undefined };
  if (time === undefined || up === undefined) return unknown;
  const sockets = listListeners(head)
    .filter(({ port }) => ports.has(port))
    .map(({ inode }) => `[${inode}]`);
  const starts = tail
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, socket]) => socket !== undefined && sockets.includes(socket))
    .map(([start]) => Number(start))
    .filter((start) => Number.isFinite(start));
  if (starts.length === 0) return unknown;
  const startTick = Math.min(...starts);
  // In ticks of 1/100 s, on every Linux that SEP supports.
  return { startedAt: time - up + 10 * startTick, startTick };
}
