import { listListeners, type Listener } from "../../core/host/proc-net.ts";
import type { ReadTcpTables, ServiceState } from "../../core/host/ports.ts";
import type { Steps } from "./fenced-steps.ts";

const readTables = `
[ -r /proc/net/tcp ] || exit 0
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
exit 0
`;

/** Fails unless both tables are complete. Without IPv6 there is no second table. */
const readAllTables = `
cat /proc/net/tcp || exit 1
[ ! -e /proc/net/tcp6 ] || cat /proc/net/tcp6
`;

/** Reads the TCP socket tables of the target; fails if one of them cannot be read. */
export function createTableReader(steps: Steps): ReadTcpTables {
  return () => steps.ask({ script: readAllTables, parameters: [], most: 16 * 1024 * 1024 });
}

/** Milliseconds for which an answer is reused. */
const freshMs = 500;

/** Lists the target's listeners; undefined if it does not report them. */
export function createListening(steps: Steps): () => Promise<readonly Listener[] | undefined> {
  const ask = async (): Promise<readonly Listener[] | undefined> => {
    const tables = await steps.ask({
      script: readTables,
      parameters: [],
      most: 16 * 1024 * 1024,
    });
    const isTold = tables.kind === "done" && tables.value !== "";
    return isTold ? listListeners(tables.value) : undefined;
  };
  const last: { at: number; answer?: Promise<readonly Listener[] | undefined> } = { at: 0 };
  return () => {
    const nowMs = performance.now();
    if (last.answer === undefined || nowMs - last.at > freshMs) {
      last.at = nowMs;
      last.answer = ask();
    }
    return last.answer;
  };
}

/**
 * Start time of the process that listens on one of the ports; the earliest if there are several.
 * `text` contains the time of day, `/proc/uptime`, both tables, an empty line, and a line `START
 * [SOCKET]` per socket of each process. Undefined if no such process is listed.
 */
export function findRemoteStart(
  text: string,
  ports: ReadonlySet<number>,
): Pick<ServiceState, "startedAtMs" | "startTick"> {
  const [head = "", tail = ""] = text.split("\n\n");
  const [time, up] = head.split("\n").map((line) => 1000 * parseFloat(line));
  const unknown = { startedAtMs: undefined, startTick: undefined };
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
  // Start times are in ticks of 1/100 s on every Linux that SEP supports.
  return { startedAtMs: time - up + 10 * startTick, startTick };
}
