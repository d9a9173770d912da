import { refuseApprover, refuseMember, refuseStopper } from "./approvals.ts";
import { isApproved, offersHands } from "./by-hand.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { isFrozen } from "./records.ts";
import { refuseUnrehearsed } from "./rehearsal.ts";
import {
  type Rollout,
  type RolloutEvent,
  type RolloutState,
  hostsOfWave,
  isUnsent,
  type HostResult,
} from "./rollout.ts";
import type { TransitionContext, Moving } from "./transition-context.ts";
/** Returns the rollout after the event, or why it does not change. */
type Move = (moving: Moving) => Rollout | ReasonCode;

export type MoveName =
  | "approve"
  | "deny"
  | "revoke"
  | "stopApproved"
  | "withdraw"
  | "supersede"
  | "expire"
  | "expireLost"
  | "dispatch"
  | "dispatchAgain"
  | "start"
  | "revertDispatch"
  | "markUnknown"
  | "recordRunId"
  | "noop"
  | "judge"
  | "record"
  | "abortWave"
  | "abortPaused"
  | "abortHands"
  | "resume";

export const moves: Readonly<Record<MoveName, Move>> = {
  approve,
  deny: stopBy("denied"),
  stopApproved: stopBy("revoked"),
  withdraw: ({ rollout, event, context }) => {
    const by = personOf(event);
    if (!context.standingOf(by).isKnown) return "person-unknown";
    return by === rollout.requester ? withState(rollout, { kind: "withdrawn" }) : "not-requester";
  },
  revoke: ({ rollout, event }) =>
    rollout.approvals.includes(personOf(event))
      ? withState(rollout, { kind: "revoked" })
      : "not-approver",
  supersede: ({ rollout }) => withState(rollout, { kind: "superseded" }),
  expire: ({ rollout, context }) =>
    isOverdue(rollout, context)
      ? withState(rollout, { kind: "expired", isLost: false })
      : "not-expired",
  expireLost,
  dispatch: (moving) => dispatchWave(moving, judgedOf(moving.rollout.state) + 1),
  dispatchAgain: (moving) =>
    moving.context.search === "nothing-found"
      ? dispatchWave(moving, waveOf(moving.rollout.state))
      : "run-may-exist",
  start: ({ rollout, event }) => {
    const wave = waveOf(rollout.state);
    const run = runOf(event);
    if (run === undefined || waveOfEvent(event) !== wave) return "wrong-wave";
    return withState(rollout, { kind: "running", wave, run });
  },
  revertDispatch,
  markUnknown: ({ rollout, event }) => {
    const wave = waveOf(rollout.state);
    return waveOfEvent(event) === wave
      ? withState(rollout, { kind: "unknown", wave })
      : "wrong-wave";
  },
  recordRunId: ({ rollout, event }) => {
    const { state } = rollout;
    const run = runOf(event);
    if (state.kind !== "aborting" || run === undefined) return "wrong-wave";
    if (waveOfEvent(event) !== state.wave) return "wrong-wave";
    if (state.run !== null) return "not-dispatched";
    return withState(rollout, { ...state, run });
  },
  noop: ({ rollout, event }) =>
    waveOfEvent(event) === waveOf(rollout.state) ? rollout : "wrong-wave",
  judge: judgeWave,
  record: ({ rollout, event, context }) => {
    if (event.kind !== "record") return "record-unknown";
    const refusal = refuseMember(context.standingOf(event.by));
    if (refusal !== undefined) return refusal;
    if (!rollout.terms.record.includes(event.what)) return "record-unknown";
    return { ...rollout, recorded: [...new Set([...rollout.recorded, event.what])] };
  },
  abortWave: ({ rollout, event, context }) => {
    const { state } = rollout;
    const by = personOf(event);
    const run = state.kind === "running" ? state.run : null;
    const aborting: RolloutState = { kind: "aborting", wave: waveOf(state), run, by };
    return refuseAbort(rollout, event, context) ?? withState(rollout, aborting);
  },
  abortPaused: ({ rollout, event, context }) => {
    const judged = judgedOf(rollout.state);
    const aborted: RolloutState = { kind: "aborted", judged, by: personOf(event) };
    return refuseAbort(rollout, event, context) ?? withState(rollout, aborted);
  },
  abortHands: ({ rollout, event, context }) =>
    offersHands(rollout, context.at)
      ? (refuseAbort(rollout, event, context) ?? { ...rollout, handsAborted: true })
      : "over",
  resume,
};

function withState(rollout: Rollout, state: RolloutState): Rollout {
  return { ...rollout, state };
}

function personOf(event: RolloutEvent): string {
  return "by" in event ? event.by : "";
}

function runOf(event: RolloutEvent): number | undefined {
  return "run" in event ? event.run : undefined;
}

function waveOfEvent(event: RolloutEvent): number | undefined {
  return "wave" in event ? event.wave : undefined;
}

function waveOf(state: RolloutState): number {
  return "wave" in state ? state.wave : 0;
}

function judgedOf(state: RolloutState): number {
  return "judged" in state ? state.judged : 0;
}

function isOverdue({ expiresAt }: Rollout, { at }: TransitionContext): boolean {
  return at >= expiresAt;
}

/** The default branch must contain what was planned; if it cannot be read, it may have changed. */
function refuseTarget({ target }: TransitionContext): ReasonCode | undefined {
  if (target === "same") return undefined;
  return target === "changed" ? "target-changed" : "target-unreadable";
}

function approve({ rollout, event, context }: Moving): Rollout | ReasonCode {
  if (event.kind !== "approve") return "awaits-approval";
  if (isOverdue(rollout, context)) return "expired";
  if (event.plan !== rollout.plan) return "not-this-plan";
  const refusal = refuseTarget(context) ?? refuseApprover(context.standingOf(event.by));
  if (refusal !== undefined) return refusal;
  if (rollout.approvals.includes(event.by)) return "already-approved";
  if (isBeforeItsTurn(rollout, context)) return "predecessor-not-closed";
  const unrehearsed = refuseUnrehearsed(rollout, context.rehearsal, context.at);
  if (unrehearsed !== undefined) return unrehearsed;
  const approvals = [...rollout.approvals, event.by];
  const isEnough = approvals.length >= rollout.terms.approvals;
  if (isEnough && rollout.waves.length === 0) {
    // All hosts are changed by hand: there is no dispatch that could still be refused.
    const stopped = refuseStart(rollout.phase, context);
    return stopped ?? { ...rollout, approvals, state: { kind: "succeeded" } };
  }
  return { ...rollout, approvals, state: { kind: isEnough ? "approved" : "requested" } };
}

/** A rollback does not wait for another environment. */
function isBeforeItsTurn({ restores }: Rollout, { predecessor }: TransitionContext): boolean {
  return predecessor !== "ready" && restores !== true;
}

function stopBy(kind: "denied" | "revoked"): Move {
  return ({ rollout, event, context }) =>
    refuseAbort(rollout, event, context) ?? withState(rollout, { kind });
}

/** The requester may always stop the rollout. */
function refuseAbort(
  { requester }: Rollout,
  event: RolloutEvent,
  { standingOf }: TransitionContext,
): ReasonCode | undefined {
  const by = personOf(event);
  const standing = standingOf(by);
  return by === requester && standing.isKnown ? undefined : refuseStopper(standing);
}

/**
 * A run that was never found may have done anything; the results of a known run must be evaluated.
 */
function expireLost({ rollout, context }: Moving): Rollout | ReasonCode {
  const { state } = rollout;
  if (state.kind === "aborting" && state.run !== null) return "wave-at-work";
  if (!isOverdue(rollout, context)) return "not-expired";
  if (context.search !== "nothing-found") return "run-may-exist";
  return withState(rollout, { kind: "expired", isLost: true });
}

/** GitHub refused the dispatch, so the wave was not started. */
function revertDispatch({ rollout, event, context }: Moving): Rollout | ReasonCode {
  const { state } = rollout;
  const wave = waveOf(state);
  if (waveOfEvent(event) !== wave) return "wrong-wave";
  if (state.kind !== "aborting") {
    return withState(rollout, { kind: "paused", judged: wave - 1, since: context.at });
  }
  if (state.run !== null) return "not-dispatched";
  return withState(rollout, { kind: "aborted", judged: wave - 1, by: state.by });
}

function refuseDispatch(
  rollout: Rollout,
  wave: number,
  context: TransitionContext,
): ReasonCode | undefined {
  return refuseChange(rollout, wave === 1, context) ?? refusePause(rollout, context);
}

/**
 * Why people may not begin to change the hosts by hand: what would refuse a dispatch refuses their
 * scripts too. Undefined if they may.
 */
export function refuseHands(rollout: Rollout, context: TransitionContext): ReasonCode | undefined {
  const { state, waves } = rollout;
  if (!isApproved(rollout)) return state.kind === "requested" ? "awaits-approval" : "over";
  if (isOverdue(rollout, context)) return "expired";
  if (!offersHands(rollout, context.at)) {
    return state.kind === "aborted" || state.kind === "aborting" ? state.kind : "over";
  }
  return refuseChange(rollout, isUnsent(state) || waves.length === 0, context);
}

/** Checks before a change everything that was checked at approval, because it may have changed. */
function refuseChange(
  rollout: Rollout,
  isFirst: boolean,
  context: TransitionContext,
): ReasonCode | undefined {
  const { phase, terms } = rollout;
  if (isOverdue(rollout, context)) return "expired";
  const stopped = refuseStart(phase, context);
  if (stopped !== undefined) return stopped;
  // Only before the first wave: a host of the other environment that changes later does not stop
  // this rollout.
  if (isFirst && isBeforeItsTurn(rollout, context)) return "predecessor-not-closed";
  const target = refuseTarget(context);
  if (target !== undefined) return target;
  // Checked again: people who left the group, or turn out to be authors, no longer count.
  const valid = rollout.approvals.filter(
    (name) => refuseApprover(context.standingOf(name)) === undefined,
  );
  if (valid.length < terms.approvals) return "approvals-missing";
  return refuseFirst(rollout, context);
}

/** A rehearsal that was ready at approval may be too old, or repeated, at dispatch. */
function refuseFirst(rollout: Rollout, context: TransitionContext): ReasonCode | undefined {
  return isUnsent(rollout.state)
    ? refuseUnrehearsed(rollout, context.rehearsal, context.at)
    : undefined;
}

/** Why nothing can start in the environment now. */
function refuseStart(
  phase: Rollout["phase"],
  { environment, window, closing, at }: TransitionContext,
): ReasonCode | undefined {
  if (environment.locked !== null) return "locked";
  if (isFrozen(environment, at)) return "frozen";
  if (window !== "none") return window;
  return phase === "close" && closing !== "ready" ? closing : undefined;
}

/**
 * Working TLS does not prove working backups: between waves, soak time and records are required.
 */
function refusePause(
  { state, terms, recorded }: Rollout,
  { at }: TransitionContext,
): ReasonCode | undefined {
  if (state.kind !== "paused" || state.judged === 0) return undefined;
  if (at < state.since + terms.soak) return "soaking";
  return terms.record.every((what) => recorded.includes(what)) ? undefined : "record-missing";
}

function dispatchWave({ rollout, event, context }: Moving, wave: number): Rollout | ReasonCode {
  if (waveOfEvent(event) !== wave || wave > rollout.waves.length) return "wrong-wave";
  const refusal = refuseDispatch(rollout, wave, context);
  return refusal ?? withState(rollout, { kind: "dispatching", wave });
}

function resume({ rollout, event, context }: Moving): Rollout | ReasonCode {
  const { state } = rollout;
  if (state.kind !== "aborted") return "not-aborted";
  if (isOverdue(rollout, context)) return "expired";
  const by = personOf(event);
  const refusal = refuseMember(context.standingOf(by));
  if (refusal !== undefined) return refusal;
  if (by === state.by) return "second-person";
  return withState(rollout, { kind: "paused", judged: state.judged, since: context.at });
}

/**
 * Counts the results of the running wave; unknown is never good, and a host that did not start
 * failed.
 */
function judgeWave({ rollout, event, context }: Moving): Rollout | ReasonCode {
  const { state } = rollout;
  if (event.kind !== "judge") return "no-wave-at-work";
  if (state.kind !== "running" && state.kind !== "aborting") return "no-wave-at-work";
  if (event.wave !== state.wave || event.run !== state.run) return "wrong-wave";
  if (!areResultsOf(hostsOfWave(rollout, state.wave), event.results)) return "wrong-results";
  const good = event.results.filter(({ outcome }) => outcome === "good");
  const done = [...rollout.done, ...good.map(({ host }) => host)];
  const next = findNext(rollout, event.results, context.at);
  return { ...rollout, done, recorded: [], state: next };
}

/** Whether there is exactly one result for each host, and no other. */
function areResultsOf(hosts: readonly string[], results: readonly HostResult[]): boolean {
  const names = new Set(results.map(({ host }) => host));
  return (
    names.size === results.length &&
    results.length === hosts.length &&
    hosts.every((name) => names.has(name))
  );
}

function findNext(
  { state, terms, waves }: Rollout,
  results: readonly HostResult[],
  at: number,
): RolloutState {
  const isAborting = state.kind === "aborting";
  const wave = "wave" in state ? state.wave : 0;
  const left = results.filter(({ outcome }) => outcome === "not-started");
  // An abort stops hosts from starting, so during an abort that is no failure.
  const failed = results.filter(
    ({ outcome }) => outcome !== "good" && !(isAborting && outcome === "not-started"),
  );
  if (failed.length > terms.maxFailures)
    return { kind: "failed", reason: nameFailures(failed, wave) };
  if (isAborting && left.length > 0) return { kind: "aborted", judged: wave - 1, by: state.by };
  if (wave === waves.length) return { kind: "succeeded" };
  if (isAborting) return { kind: "aborted", judged: wave, by: state.by };
  return { kind: "paused", judged: wave, since: at };
}

const shownFailures = 5;

function nameFailures(failed: readonly HostResult[], wave: number): string {
  const shown = failed.slice(0, shownFailures).map(({ host, outcome }) => `${host} ${outcome}`);
  const more = failed.length - shown.length;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `wave ${wave}: ${shown.join(", ")}${rest}`;
}
