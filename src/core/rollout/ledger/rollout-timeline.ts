import type { Dispatch, RolloutTrace } from "./ledger.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { EventKind, Rollout, RolloutEvent } from "../state/rollout.ts";
import { refuseCard, type Card, type CardMove } from "./fleet-observations.ts";

/** What a replay collects for people; no decision uses it. */
export interface Traced {
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly traces: Map<string, RolloutTrace>;
  readonly cards: Map<string, Card>;
  readonly dispatches: ReadonlyMap<string, Dispatch>;
}

export function beginTrace({ traces }: Traced, id: string, at: number): void {
  traces.set(id, {
    requestedAt: at,
    movedAt: at,
    isReminded: false,
    reason: "",
    stoppedBy: null,
    refused: null,
    approvals: [],
    run: null,
    results: new Map(),
  });
}

const stops: readonly EventKind[] = ["deny", "withdraw", "revoke", "abort"];

export function followTrace(
  { traces, dispatches }: Traced,
  id: string,
  event: RolloutEvent,
  at: number,
): void {
  const before = traces.get(id);
  if (before === undefined) return;
  const reason = "reason" in event ? event.reason : before.reason;
  const judged = event.kind === "judge" ? event.results : [];
  const sentAt = dispatches.get(id)?.at ?? 0;
  const results =
    judged.length === 0
      ? before.results
      : new Map([
          ...before.results,
          ...judged.map((result) => [result.host, { ...result, sentAt }] as const),
        ]);
  traces.set(id, {
    ...before,
    movedAt: at,
    reason,
    stoppedBy: stops.includes(event.kind) && "by" in event ? event.by : before.stoppedBy,
    results,
    approvals: followApprovals(before, event, at),
    run: "run" in event ? { wave: event.wave, run: event.run } : before.run,
    refused: followRefusal(before, event),
  });
}

/** Records that something happened to a rollout without changing its state. */
export function touchTrace({ traces }: Pick<Traced, "traces">, id: string, at: number): void {
  const trace = traces.get(id);
  if (trace !== undefined) traces.set(id, { ...trace, movedAt: at });
}

function followApprovals(
  { approvals }: RolloutTrace,
  event: RolloutEvent,
  at: number,
): RolloutTrace["approvals"] {
  if (event.kind !== "approve") return approvals;
  return [...approvals, { by: event.by, at, note: event.note ?? "" }];
}

function followRefusal({ refused }: RolloutTrace, event: RolloutEvent): RolloutTrace["refused"] {
  if (event.kind === "accept" || event.kind === "find" || event.kind === "judge") return null;
  if (event.kind !== "refuse") return refused;
  const { detail } = event;
  return { detail, times: refused?.detail === detail ? refused.times + 1 : 1 };
}

export function refuseBinding({ rollouts, cards }: Traced, card: CardMove): ReasonCode | undefined {
  const { rollout, channel, message } = card;
  if (!rollouts.has(rollout)) return "rollout-unknown";
  const refusal = refuseCard(cards.get(rollout), card);
  if (refusal === undefined) cards.set(rollout, { channel, message });
  return refusal;
}

export function remind({ rollouts, traces }: Traced, id: string): ReasonCode | undefined {
  const [rollout, trace] = [rollouts.get(id), traces.get(id)];
  if (rollout === undefined || trace === undefined) return "rollout-unknown";
  if (rollout.state.kind !== "requested") return "not-waiting";
  if (trace.isReminded) return "reminded-already";
  traces.set(id, { ...trace, isReminded: true });
  return undefined;
}
