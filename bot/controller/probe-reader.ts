import type { HostProbe } from "../../src/core/probe/host-probe.ts";
import { readProbe } from "../../src/core/verify/parse-probes.ts";
import type { Controller } from "./controller.ts";

/** Results of the newest recorded verify run for a host; null if there are none. */
export type ReadProbe = (host: string) => Promise<HostProbe | null>;

/** Fetches the report of each run once, on first use. */
export function createProbeReader({
  writer,
  verifyRuns,
}: Pick<Controller, "writer" | "verifyRuns">): ReadProbe {
  let known: { readonly run: number; readonly text: Promise<string | undefined> } | undefined;
  return async (host) => {
    const { ledger } = await writer.read();
    const { last } = ledger.wire;
    if (last === null) return null;
    if (known?.run !== last.run) {
      const text = verifyRuns.newest(last.run - 1).then((found) => found?.text);
      known = { run: last.run, text };
      text.catch(() => {
        known = undefined;
      });
    }
    const text = await known.text;
    return text === undefined ? null : (readProbe(text, host) ?? null);
  };
}
