import type { ParseStpd } from "../fleet/stpd-file.ts";
import type { Journal } from "./journal.ts";
import type { HostPort, Clock } from "./ports.ts";
import { insist } from "./retry.ts";
import { finishChange, undoChange, type UndoLimits, type UndoResult } from "./rollback.ts";
import { refusal, type Failure, type Refusal } from "../base/reasons.ts";

/** timer: the time of a change is over; boot: the machine came up; person: by hand. */
export type RecoveryCause = "timer" | "boot" | "person";

export interface RecoverLimits extends UndoLimits {
  /** Milliseconds of one restart at the most. */
  readonly restartForMs: number;
}

export interface RecoverRequest {
  readonly cause: RecoveryCause;
  /** The change that the timer was armed for; undefined: whatever is under way. */
  readonly id: string | undefined;
  readonly parse: ParseStpd;
  readonly limits: RecoverLimits;
}

export type RecoverResult =
  | { readonly kind: "nothing"; readonly reason: string }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The host could not be asked: nothing is known of it, and nothing was done. */
  | { readonly kind: "unasked"; readonly reason: string; readonly isUnreached?: boolean }
  /** The new file was proven, and stays. */
  | { readonly kind: "confirmed" }
  | UndoResult;

/** Brings what was cut to its end: a confirmed change stays, everything else is undone. */
export async function recoverHost(request: RecoverRequest, host: HostPort): Promise<RecoverResult> {
  const { cause, id } = request;
  const { decisions, clock } = host;
  const early = await readChange(id, host);
  if (early.kind !== "change") return early;
  const { journal } = early;
  const decidedBefore = await insist(() => decisions.look(journal.id), clock);
  // The timer has the last word even over a run that is still alive, and says so first.
  if (cause === "timer") await insist(() => decisions.claim(journal.id, "undo"), clock);
  const isUndoing = decidedBefore.kind === "done" && decidedBefore.value === "undo";
  const taken = await takeLock(request, isUndoing, host);
  if (taken !== undefined) return taken;
  try {
    // Meanwhile its own run may have brought it to its end.
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
 * Undefined once it is ours. A dead holder gives it up at once; only the timer ends a live one, and
 * only a person does not wait for it. A lock that cannot be written does not keep the undo from
 * coming: where another run lives, its lock is there, and is seen.
 */
async function takeLock(
  { cause, limits }: RecoverRequest,
  isUndoing: boolean,
  { lock, clock, tell }: HostPort,
): Promise<RecoverResult | undefined> {
  const startMs = clock.elapsedMs();
  // A run that sees the claim stands down after the step that it is in; one that undoes needs more.
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
  /** Each result that differs from the one before. */
  readonly tell: (result: RecoverResult) => void;
  /** Milliseconds after which a host that cannot be asked is given up; undefined: never. */
  readonly giveUpMs: number | undefined;
}

/** Milliseconds between two tries; where nothing helps the pause grows, up to an hour's quarter. */
const [pauseMs, maxPauseMs] = [60_000, 900_000];

/**
 * What the timer and a start of the machine do, since nobody else would come: tries until there is
 * nothing left to undo. A disk that was full gets room, transfers end, pins are put right.
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
