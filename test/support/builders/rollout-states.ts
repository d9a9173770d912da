import { expect, test } from "vitest";
import { advance } from "../../../src/core/rollout/state/transition-table.ts";
import { newEnvironment } from "../../../src/core/rollout/state/records.ts";
import type {
  EventKind,
  HostResult,
  Rollout,
  RolloutEvent,
  RolloutState,
  StateKind,
} from "../../../src/core/rollout/state/rollout.ts";
import type { TransitionContext } from "../../../src/core/rollout/state/transition-context.ts";

export const planDigest = "d".repeat(64);
export const expiresAt = 10_000;

/** A rollout of three waves that anna requested, and ben approved. */
export function makeRollout(change: Partial<Rollout> = {}): Rollout {
  return {
    id: "2026-11-1",
    environment: "production",
    phase: "open",
    plan: planDigest,
    waves: [["a"], ["b", "c"], ["s"]],
    requester: "anna",
    purpose: "",
    approvals: ["ben"],
    expiresAt,
    terms: { approvals: 1, soak: 100, record: ["backup"], maxFailures: 0 },
    recorded: [],
    done: [],
    state: { kind: "approved" },
    ...change,
  };
}

/** A context in which nothing blocks: ben and carl are in the group, anna is the requester. */
export function makeSituation(change: Partial<TransitionContext> = {}): TransitionContext {
  return {
    at: 1000,
    standingOf: (name) => ({
      isKnown: ["anna", "ben", "carl"].includes(name),
      group: "member",
      own: name === "anna" ? "yes" : "no",
    }),
    target: "same",
    environment: newEnvironment("production"),
    rehearsal: undefined,
    window: "none",
    closing: "ready",
    predecessor: "ready",
    search: "nothing-found",
    ...change,
  };
}

export const states: Readonly<Record<StateKind, RolloutState>> = {
  requested: { kind: "requested" },
  approved: { kind: "approved" },
  dispatching: { kind: "dispatching", wave: 1 },
  unknown: { kind: "unknown", wave: 1 },
  running: { kind: "running", wave: 1, run: 7 },
  aborting: { kind: "aborting", wave: 1, run: 7, by: "ben" },
  paused: { kind: "paused", judged: 0, since: 0 },
  aborted: { kind: "aborted", judged: 0, by: "ben" },
  succeeded: { kind: "succeeded" },
  failed: { kind: "failed", reason: "wave 1: a bad" },
  denied: { kind: "denied" },
  expired: { kind: "expired", isLost: false },
  withdrawn: { kind: "withdrawn" },
  superseded: { kind: "superseded" },
  revoked: { kind: "revoked" },
};

export const resultOf = (host: string, outcome: HostResult["outcome"] = "good"): HostResult => ({
  host,
  outcome,
  reason: outcome === "good" ? "" : "no-answer",
});

/** As the trace of a rollout stores it. */
export const sentResultOf = (
  host: string,
  outcome: HostResult["outcome"] = "good",
  sentAt = 900,
) => ({
  ...resultOf(host, outcome),
  sentAt,
});

export const events: Readonly<Record<EventKind, RolloutEvent>> = {
  approve: { kind: "approve", by: "carl", plan: planDigest },
  deny: { kind: "deny", by: "carl", reason: "no" },
  withdraw: { kind: "withdraw", by: "anna", reason: "the wrong hosts" },
  revoke: { kind: "revoke", by: "ben" },
  supersede: { kind: "supersede", rollout: "2026-11-2" },
  expire: { kind: "expire" },
  dispatch: { kind: "dispatch", wave: 1 },
  accept: { kind: "accept", wave: 1, run: 7 },
  refuse: { kind: "refuse", wave: 1, detail: "404" },
  lose: { kind: "lose", wave: 1 },
  find: { kind: "find", wave: 1, run: 7 },
  judge: { kind: "judge", wave: 1, run: 7, results: [resultOf("a")] },
  record: { kind: "record", by: "carl", what: "backup" },
  abort: { kind: "abort", by: "carl", reason: "too slow" },
  resume: { kind: "resume", by: "carl" },
};

export interface GuardRow {
  readonly name: string;
  readonly rollout?: Partial<Rollout>;
  readonly event: RolloutEvent;
  readonly situation?: Partial<TransitionContext>;
  /** The reason, or the new state of the rollout. */
  readonly becomes: string | Partial<Rollout>;
}

/** Compares decisions with a table. */
export const testGuards = (rows: readonly GuardRow[]): void => {
  test.each(rows)("$name", ({ rollout, event, situation, becomes }) => {
    const result = advance(makeRollout(rollout), event, makeSituation(situation));
    expect(result).toMatchObject(
      typeof becomes === "string"
        ? { kind: "refused", reason: becomes }
        : { kind: "moved", rollout: becomes },
    );
  });
};
