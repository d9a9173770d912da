import { listListeners, type Listener } from "../../core/host/proc-net.ts";
import type { ReadTcpTables } from "../../core/host/ports.ts";
import type { Steps } from "./fenced-steps.ts";

const readTables = `
[ -r /proc/net/tcp ] || exit 0
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
exit 0
`;

/** Fails unless both tables are whole; a machine without IPv6 has no second one. */
const readAllTables = `
cat /proc/net/tcp || exit 1
[ ! -e /proc/net/tcp6 ] || cat /proc/net/tcp6
`;

export function createTableReader(steps: Steps): ReadTcpTables {
  return () => steps.ask({ script: readAllTables, parameters: [], most: 16 * 1024 * 1024 });
}

/** Milliseconds in which one answer serves whoever asks. */
const fresh = 500;

/** Asks the target what listens on it; undefined where it does not tell. */
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
    const now = performance.now();
    if (last.answer === undefined || now - last.at > fresh) {
      last.at = now;
      last.answer = ask();
    }
    return last.answer;
  };
}
