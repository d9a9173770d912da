import { verdicts, type Verdict } from "../fleet/verdict.ts";
import type { LedgerEntry } from "../rollout/ledger/entry.ts";
import { lookAgain, unseenWire } from "../rollout/ledger/fleet-observations.ts";

/** Number of hosts per verdict in a run of verify. */
export interface TrendPoint {
  /** Seconds since 1970. */
  readonly at: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** The verdicts over time, from the runs of verify in the ledger. */
export function readTrend(entries: readonly Pick<LedgerEntry, "event">[]): readonly TrendPoint[] {
  const points: TrendPoint[] = [];
  let wire = unseenWire;
  for (const { event } of entries) {
    if (event.kind !== "verify") continue;
    const after = lookAgain(wire, event);
    if (typeof after === "string") continue;
    wire = after;
    const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<
      Verdict,
      number
    >;
    for (const { verdict } of wire.hosts.values()) counts[verdict]++;
    points.push({ at: event.at, counts });
  }
  return points;
}
