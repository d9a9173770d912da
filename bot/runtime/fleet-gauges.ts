import { renderGauges } from "../../src/core/report/monitoring.ts";
import type { ReadFleet } from "../controller/fleet-reader.ts";
import type { TurnPorts } from "./loop.ts";
import { type Log, describe } from "./log.ts";

/** Cache time of a fleet read (s). */
const freshSeconds = 30;

/** How long a scrape waits for GitHub (ms); Prometheus times out after ten seconds. */
const patienceMs = 5000;

export interface GaugeTools {
  readonly readFleet: ReadFleet;
  readonly nowSeconds: () => number;
  readonly sleep: TurnPorts["sleep"];
  readonly log: Pick<Log, "warn">;
}

/**
 * The fleet metrics as text for /metrics. If the fleet cannot be read, its gauges are absent rather
 * than stale, and `sesam_harden_fleet_read_success` is 0. Never throws.
 */
export function createFleetGauges({
  readFleet,
  nowSeconds,
  sleep,
  log,
}: GaugeTools): () => Promise<string> {
  let known: { readonly text: string; readonly untilSeconds: number } | undefined;
  let running: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    try {
      const { status } = await readFleet();
      known = { text: renderGauges(status), untilSeconds: nowSeconds() + freshSeconds };
    } catch (error) {
      log.warn(describe(error), "the fleet could not be read for /metrics");
    }
  };
  return async () => {
    if (known !== undefined && nowSeconds() >= known.untilSeconds) known = undefined;
    if (known === undefined) {
      running ??= read().finally(() => {
        running = undefined;
      });
      const limit = sleep(patienceMs);
      await Promise.race([running, limit.over]);
      limit.cut();
    }
    const success = `# HELP sesam_harden_fleet_read_success 1 if config repo and ledger could be read\n# TYPE sesam_harden_fleet_read_success gauge\nsesam_harden_fleet_read_success ${known === undefined ? 0 : 1}\n`;
    return `${success}${known?.text ?? ""}`;
  };
}
