import type { ReasonCode } from "../../base/reasons.ts";
import type { EventKind, Rollout, RolloutEvent, StateKind } from "./rollout.ts";
import { moves, type MoveName } from "./transitions.ts";
import type { TransitionContext } from "./transition-context.ts";

export type Advance =
  | { readonly kind: "moved"; readonly rollout: Rollout }
  | { readonly kind: "refused"; readonly reason: ReasonCode };

/** A move, which may still be refused, or why there is none. */
export type Transition = { readonly move: MoveName } | { readonly no: ReasonCode };

const to = (move: MoveName): Transition => ({ move });
const no = (reason: ReasonCode): Transition => ({ no: reason });

type Row = Readonly<Record<EventKind, Transition>>;

/** Defaults of all rows: no wave is running, and nothing was aborted. */
const idle = {
  approve: no("approved-already"),
  deny: no("under-way"),
  withdraw: no("under-way"),
  revoke: no("under-way"),
  supersede: no("rollout-at-work"),
  accept: no("not-dispatched"),
  refuse: no("not-dispatched"),
  lose: no("not-dispatched"),
  find: no("not-dispatched"),
  judge: no("no-wave-at-work"),
  record: no("not-paused"),
  resume: no("not-aborted"),
} as const;

const over: Row = {
  ...idle,
  approve: no("over"),
  deny: no("over"),
  withdraw: no("over"),
  revoke: no("over"),
  supersede: no("over"),
  expire: no("over"),
  dispatch: no("over"),
  accept: no("over"),
  refuse: no("over"),
  lose: no("over"),
  find: no("over"),
  judge: no("over"),
  record: no("over"),
  abort: no("over"),
  resume: no("over"),
};

/** The row of each state, with every event. */
export const transitions: Readonly<Record<StateKind, Row>> = {
  requested: {
    ...idle,
    approve: to("approve"),
    deny: to("deny"),
    withdraw: to("withdraw"),
    revoke: no("awaits-approval"),
    supersede: to("supersede"),
    expire: to("expire"),
    dispatch: no("awaits-approval"),
    abort: to("deny"),
  },
  approved: {
    ...idle,
    deny: no("approved-already"),
    withdraw: to("withdraw"),
    revoke: to("revoke"),
    expire: to("expire"),
    dispatch: to("dispatch"),
    // No wave has started, so there is nothing to resume.
    abort: to("stopApproved"),
  },
  dispatching: {
    ...idle,
    expire: no("run-may-exist"),
    dispatch: no("wave-at-work"),
    accept: to("start"),
    refuse: to("revertDispatch"),
    lose: to("markUnknown"),
    find: to("start"),
    abort: to("abortWave"),
  },
  unknown: {
    ...idle,
    expire: to("expireLost"),
    dispatch: to("dispatchAgain"),
    find: to("start"),
    abort: to("abortWave"),
  },
  running: {
    ...idle,
    expire: no("wave-at-work"),
    dispatch: no("wave-at-work"),
    judge: to("judge"),
    abort: to("abortWave"),
  },
  aborting: {
    ...idle,
    expire: to("expireLost"),
    dispatch: no("aborting"),
    accept: to("recordRunId"),
    refuse: to("revertDispatch"),
    lose: to("noop"),
    find: to("recordRunId"),
    judge: to("judge"),
    abort: no("aborting"),
    resume: no("aborting"),
  },
  paused: {
    ...idle,
    expire: to("expire"),
    dispatch: to("dispatch"),
    record: to("record"),
    abort: to("abortPaused"),
  },
  aborted: {
    ...idle,
    deny: no("aborted"),
    withdraw: no("aborted"),
    revoke: no("aborted"),
    supersede: to("supersede"),
    expire: to("expire"),
    dispatch: no("aborted"),
    record: no("aborted"),
    abort: no("aborted"),
    resume: to("resume"),
  },
  // Its hosts by hand may not be changed yet.
  succeeded: { ...over, abort: to("abortHands") },
  failed: over,
  denied: over,
  withdrawn: over,
  expired: over,
  superseded: over,
  revoked: over,
};

/**
 * Applies an event. Total: every state handles every event, and gives a reason if it does not
 * change.
 */
export function advance(
  rollout: Rollout,
  event: RolloutEvent,
  context: TransitionContext,
): Advance {
  const cell = transitions[rollout.state.kind][event.kind];
  if ("no" in cell) return { kind: "refused", reason: cell.no };
  const result = moves[cell.move]({ rollout, event, context });
  return typeof result === "string"
    ? { kind: "refused", reason: result }
    : { kind: "moved", rollout: result };
}
