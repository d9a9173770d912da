import type { ParseStpd } from "../fleet/stpd-file.ts";
import type { Journal } from "./journal.ts";
import type { HostPort, Clock } from "./ports.ts";
import { insist } from "./retry.ts";
import { finishChange, undoChange, type UndoLimits, type UndoResult } from "./rollback.ts";
import { refusal, type Failure, type Refusal } from "../base/reasons.ts";

/** timer: the time limit of a change expired; boot: the machine started; person: run by hand. */
export type RecoveryCause = "timer" | "boot" | "person";

export interface RecoverLimits extends UndoLimits {
  /** Maximum duration of one restart, in milliseconds. */
  readonly restartForMs: number;
}

export interface RecoverRequest {
  readonly cause: RecoveryCause;
  /** The change that the timer was armed for; if undefined, any change in progress. */
  readonly id: string | undefined;
  readonly parse: ParseStpd;
  readonly limits: RecoverLimits;
}

export type RecoverResult =
  | { readonly kind: "nothing"; readonly reason: string }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The host could not be queried: its state is unknown, and nothing was done. */
  | { readonly kind: "unasked"; readonly reason: string; readonly isUnreached?: boolean }
  /** The new file was verified and stays. */
  | { readonly kind: "confirmed" }
  | UndoResult;

/** Completes an interrupted change: a confirmed one stays, any other is undone. */
export async function recoverHost(request: RecoverRequest, host: HostPort): Promise<RecoverResult> {
  const { cause, id } = request;
  const { decisions, clock } = host;
  const early = await readChange(id, host);
  if (early.kind !== "change") return early;
  const { journal } = early;
  const decidedBefore = await insist(() => decisions.look(journal.id), clock);
  // The timer overrides even a live run, and claims the decision before it takes the lock.
  if (cause === "timer") await insist(() => decisions.claim(journal.id, "undo"), clock);
  const isUndoing = decidedBefore.kind === "done" && decidedBefore.value === "undo";
  const taken = await takeLock(request, isUndoing, host);
  if (taken !== undefined) return taken;
  try {
    // The run may have finished its change in the meantime.
    const late = await readChange(journal.id, host);
    if (late.kind !== "change") return late;
    const decision = await insist(() => decisions.claim(journal.id, "undo"), clock);
    const decided =
      decision.kind === "done" ? decision : await insist(() => decisions.look(journal.id), clock);
    if (decided.kind === "done" && decided.value === "confirm") {
      await finishChange(late.journal, host);
      return { kind: "confirmed" };
    }
    const undoing = { ...request, journal: late.journal, startTick: undefined };
    return await undoChange(undoing, host);
  } finally {
    await host.lock.release();
  }
}

function unasked({ reason, isUnreached }: Failure): Extract<RecoverResult, { kind: "unasked" }> {
  return { kind: "unasked", reason, ...(isUnreached === true ? { isUnreached } : {}) };
}

type Change = { readonly kind: "change"; readonly journal: Journal };

async function readChange(
  id: string | undefined,
  { journals, clock }: HostPort,
): Promise<Change | Extract<RecoverResult, { kind: "nothing" | "unasked" }>> {
  const reading = await insist(() => journals.read(), clock);
  if (reading.kind === "failed") {
    if (reading.isUnreached === true) return unasked(reading);
    return { kind: "unasked", reason: `the journal cannot be read: ${reading.reason}` };
  }
  const journal = reading.value;
  if (journal === undefined) return { kind: "nothing", reason: "no change is under way" };
  if (id !== undefined && journal.id !== id) {
    return { kind: "nothing", reason: "the change of this timer is finished" };
  }
  return { kind: "change", journal };
}

/**
 * Returns undefined once the lock is held. A dead holder loses it at once; only the timer kills a
 * live one, and only a person does not wait. If the lock cannot be written, the undo continues
 * without it where possible: the lock of a live run exists and would be seen.
 */
async function takeLock(
  { cause, limits }: RecoverRequest,
  isUndoing: boolean,
  { lock, clock, tell }: HostPort,
): Promise<RecoverResult | undefined> {
  const startMs = clock.elapsedMs();
  // A run that sees the claim stops after its current step; a run that is undoing needs longer.
  const stepMs = limits.restartForMs + 30_000;
  const patienceMs = isUndoing
    ? 4 * (stepMs + limits.proveForMs + limits.settleMs) + limits.quietForMs
    : stepMs;
  const goOn = (failure: Failure): RecoverResult | undefined => {
    if (lock.isNeeded) return unasked(failure);
    tell(`continuing without the lock: ${failure.reason}`);
    return undefined;
  };
  for (;;) {
    const taken = await insist(() => lock.take(), clock);
    if (taken.kind === "failed") return goOn(taken);
    if (taken.value === undefined) return undefined;
    const { who, ageSeconds } = taken.value;
    const isLate = clock.elapsedMs() - startMs >= patienceMs;
    if (cause === "person" || (cause === "boot" && isLate)) {
      return { kind: "refused", refusal: refusal("another-apply", `${who}, for ${ageSeconds} s`) };
    }
    if (isLate) {
      tell(`ending ${who}, which holds the lock`);
      const seized = await insist(() => lock.seize(), clock);
      return seized.kind === "done" ? undefined : goOn(seized);
    }
    await clock.wait(1000);
  }
}

export interface Persistence {
  readonly clock: Clock;
  /** Called with each result that differs from the previous one. */
  readonly tell: (result: RecoverResult) => void;
  /** Milliseconds after which to give up on a host that cannot be queried; undefined: never. */
  readonly giveUpMs: number | undefined;
}

/** Milliseconds between two attempts. Without progress the pause doubles, up to 15 minutes. */
const [pauseMs, maxPauseMs] = [60_000, 900_000];

/**
 * Retries recovery until nothing is left to undo. The timer and the boot unit use it, because no
 * one else would retry: disk space is freed, transfers end, and pins get fixed.
 */
export async function keepRecovering(
  recover: (turn: number) => Promise<RecoverResult>,
  { clock, tell, giveUpMs }: Persistence,
): Promise<RecoverResult> {
  const startMs = clock.elapsedMs();
  let told = "";
  let nextMs = pauseMs;
  for (let turn = 0; ; turn++) {
    const result = await recover(turn);
    const text = JSON.stringify(result);
    if (text !== told) tell(result);
    told = text;
    if (isOver(result)) return result;
    const isLate = giveUpMs !== undefined && clock.elapsedMs() - startMs >= giveUpMs;
    if (result.kind === "unasked" && isLate) return result;
    await clock.wait(nextMs);
    const isHopeful = result.kind === "pending" || result.kind === "refused";
    nextMs = isHopeful ? pauseMs : Math.min(2 * nextMs, maxPauseMs);
  }
}

function isOver({ kind }: RecoverResult): boolean {
  return kind === "nothing" || kind === "confirmed" || kind === "restored";
}
