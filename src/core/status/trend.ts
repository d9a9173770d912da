import { verdicts, type Verdict } from "../fleet/verdict.ts";
import type { LedgerEntry } from "../rollout/ledger/entry.ts";
import { lookAgain, unseenWire } from "../rollout/ledger/fleet-observations.ts";

/** How many hosts stood how when a run of verify looked. */
export interface TrendPoint {
  /** Seconds since 1970. */
  readonly at: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** The fleet over time, as the runs of verify saw it that the ledger recorded. */
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
