import type { VerifySignature } from "../../formats/jws.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { isOver, type Rollout, type RolloutEvent } from "../state/rollout.ts";
import { dispatchWave, moveDispatch, type DispatchTools } from "../dispatch/dispatch-wave.ts";
import { endStuck, findRun, judgeFinished, type FollowedWave } from "../dispatch/follow-run.ts";
import { moveRollout } from "../ledger/commands.ts";
import { createLook, lookNowhere, type ContextPort } from "../ledger/decision-context.ts";
import type { WaveJobs, WaveRuns } from "../dispatch/workflow-port.ts";
import type { LedgerWriting } from "../ledger/writer.ts";

export interface ReconcileTools extends DispatchTools {
  readonly runs: WaveRuns;
  readonly jobs: WaveJobs;
  readonly verifySignature: VerifySignature;
  readonly context: ContextPort;
  readonly nowSeconds: () => number;
  readonly patience: Patience;
}

export interface Patience {
  /**
   * Time after a dispatch without an answer in the ledger until the controller that sent it counts
   * as gone.
   */
  readonly answerSeconds: number;
  /** How long a run is searched for after its dispatch, before the wave is sent again. */
  readonly searchSeconds: number;
  /** Pause before a dispatch that GitHub refused is tried again. */
  readonly retrySeconds: number;
  /** How long hosts may wait for their runners after the dispatch, if no runner is active. */
  readonly startSeconds: number;
  /** The same after the rollout was aborted. */
  readonly abortSeconds: number;
  /** The same in a rehearsal. */
  readonly rehearsalSeconds: number;
}

export type RolloutStep =
  | {
      readonly kind: "moved";
      readonly rollout: string;
      readonly event: string;
      /** Why GitHub refused to start a wave; undefined if something else happened. */
      readonly refused?: string;
    }
  | { readonly kind: "waits"; readonly rollout: string; readonly reason: ReasonCode }
  /**
   * GitHub did not answer or gave an unexpected answer, or the ledger or config repo is not as
   * expected.
   */
  | { readonly kind: "failed"; readonly rollout: string; readonly error: unknown };

/**
 * Advances every unfinished rollout by one step, using only the ledger. Any number of controllers
 * may run this at the same time, and each may be stopped at any moment.
 */
export async function reconcile(tools: ReconcileTools): Promise<readonly RolloutStep[]> {
  const { ledger } = await tools.writer.read();
  const steps: RolloutStep[] = [];
  for (const rollout of ledger.rollouts.values()) {
    if (isOver(rollout.state)) continue;
    steps.push(await describeStep(rollout.id, () => stepOn(rollout, ledger, tools)));
  }
  return steps;
}

/** An error in one rollout does not stop the others. */
export async function describeStep(
  id: string,
  step: () => Promise<LedgerWriting | ReasonCode>,
): Promise<RolloutStep> {
  try {
    const result = await step();
    if (typeof result === "string") return { kind: "waits", rollout: id, reason: result };
    if (result.kind === "refused") return { kind: "waits", rollout: id, reason: result.reason };
    const { event } = result.entry;
    const happened = "event" in event ? event.event : event;
    const refused = happened.kind === "refuse" ? { refused: happened.detail } : {};
    return { kind: "moved", rollout: id, event: happened.kind, ...refused };
  } catch (error) {
    return { kind: "failed", rollout: id, error };
  }
}

type Result = LedgerWriting | ReasonCode;

async function stepOn(rollout: Rollout, ledger: Ledger, tools: ReconcileTools): Promise<Result> {
  const { state, id } = rollout;
  const dispatch = ledger.dispatches.get(id);
  switch (state.kind) {
    case "requested":
      return isOverdue(rollout, tools) ? expire(rollout, tools) : whyUnapproved(rollout, tools);
    case "aborted":
      return isOverdue(rollout, tools) ? expire(rollout, tools) : "aborted";
    case "approved":
      return sendNext(rollout, 1, tools);
    case "paused": {
      const wave = state.judged + 1;
      const wasSent = dispatch?.wave === wave;
      // GitHub refused the dispatch, or a person resumed; both need a pause before the next try.
      const isEarly = wasSent && tools.nowSeconds() < state.since + tools.patience.retrySeconds;
      if (isEarly && !isOverdue(rollout, tools)) return "not-dispatched";
      return sendNext(rollout, wave, tools);
    }
    default:
      return dispatch === undefined ? "not-dispatched" : followWave({ rollout, dispatch }, tools);
  }
}

/** Tells approvers about a missing predecessor before they try to approve. */
async function whyUnapproved(
  { environment, restores }: Rollout,
  { context }: ReconcileTools,
): Promise<ReasonCode> {
  if (restores === true) return "awaits-approval";
  const predecessor = await context.predecessor(environment);
  return predecessor === "ready" ? "awaits-approval" : "predecessor-not-closed";
}

function isOverdue({ expiresAt }: Rollout, { nowSeconds }: ReconcileTools): boolean {
  return nowSeconds() >= expiresAt;
}

async function sendNext(rollout: Rollout, wave: number, tools: ReconcileTools): Promise<Result> {
  if (isOverdue(rollout, tools)) return expire(rollout, tools);
  const { context, nowSeconds } = tools;
  const look = createLook(context, { nowSeconds, search: "under-way" });
  return dispatchWave({ rollout, wave, by: null, look }, tools);
}

function expire({ id }: Rollout, { writer }: ReconcileTools): Promise<LedgerWriting> {
  const event: RolloutEvent = { kind: "expire" };
  return writer.write(
    moveRollout({ rollout: id, event, by: null }, () => lookNowhere("nothing-found")),
  );
}

async function followWave(followed: FollowedWave, tools: ReconcileTools): Promise<Result> {
  const { rollout, dispatch } = followed;
  const { state, id } = rollout;
  if ("run" in state && state.run !== null) {
    const judged = await judgeFinished(followed, state.run, tools);
    if (judged !== undefined) return judged;
    const { patience, nowSeconds } = tools;
    const limitSeconds = state.kind === "aborting" ? patience.abortSeconds : patience.startSeconds;
    if (nowSeconds() >= dispatch.at + limitSeconds) await endStuck(state.run, tools);
    return "wave-at-work";
  }
  const found = await findRun(followed, tools);
  if (found !== undefined) return found;
  const { patience, nowSeconds, writer } = tools;
  const ageSeconds = nowSeconds() - dispatch.at;
  if (state.kind === "dispatching") {
    // The controller that sent it may still be waiting for GitHub's answer.
    if (ageSeconds < patience.answerSeconds) return "wave-at-work";
    return writer.write(moveDispatch(id, { kind: "lose", wave: dispatch.wave }, dispatch));
  }
  return ageSeconds < patience.searchSeconds ? "run-may-exist" : giveUp(followed, tools);
}

/** Sends the wave again, which is harmless, or lets the rollout expire if it is too late. */
async function giveUp(
  { rollout, dispatch }: FollowedWave,
  tools: ReconcileTools,
): Promise<LedgerWriting> {
  if (rollout.state.kind === "aborting" || isOverdue(rollout, tools)) {
    return expire(rollout, tools);
  }
  const { context, nowSeconds } = tools;
  const look = createLook(context, { nowSeconds, search: "nothing-found" });
  return dispatchWave({ rollout, wave: dispatch.wave, by: null, look }, tools);
}
