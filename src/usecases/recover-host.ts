import type { ParseStpd } from "../core/fleet/stpd-file.ts";
import type { Journal } from "../core/rollout/journal.ts";
import { refusal, type Refusal } from "../core/rollout/refusals.ts";
import type { HostPort } from "./host-ports.ts";
import { finishChange, undoChange, type UndoLimits, type UndoResult } from "./undo-change.ts";

/** timer: the time of a change is over; boot: nobody of before is alive; person: by hand. */
export type RecoveryCause = "timer" | "boot" | "person";

export interface RecoverLimits extends UndoLimits {
  /** Milliseconds of one restart at the most. */
  readonly restartFor: number;
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
  /** The new file was proven, and stays. */
  | { readonly kind: "confirmed" }
  | UndoResult;

/** Brings what was cut to its end: a confirmed change stays, everything else is undone. */
export async function recoverHost(request: RecoverRequest, host: HostPort): Promise<RecoverResult> {
  const { cause, id } = request;
  const before = await host.journals.read();
  const early = await readChange(before, id, host);
  if (early.kind !== "change") return early;
  const { journal } = early;
  const decidedBefore = await host.decisions.look(journal.id);
  // The timer has the last word even over a run that is still alive, and says so first.
  if (cause === "timer") await host.decisions.claim(journal.id, "undo");
  const isUndoing = decidedBefore.kind === "done" && decidedBefore.value === "undo";
  const taken = await takeLock(request, isUndoing, host);
  if (taken !== undefined) return taken;
  try {
    // Meanwhile its own run may have brought it to its end.
    const late = await readChange(await host.journals.read(), journal.id, host);
    if (late.kind !== "change") return late;
    const decision = await host.decisions.claim(journal.id, "undo");
    const decided = decision.kind === "done" ? decision : await host.decisions.look(journal.id);
    if (decided.kind === "done" && decided.value === "confirm") {
      await finishChange(late.journal, host);
      return { kind: "confirmed" };
    }
    return await undoChange({ ...request, journal: late.journal, restart: true }, host);
  } finally {
    await host.lock.release();
  }
}

type Change = { readonly kind: "change"; readonly journal: Journal };

async function readChange(
  reading: Awaited<ReturnType<HostPort["journals"]["read"]>>,
  id: string | undefined,
  { tell }: HostPort,
): Promise<Change | Extract<RecoverResult, { kind: "nothing" | "stuck" }>> {
  if (reading.kind === "failed") {
    tell(`the journal cannot be read: ${reading.reason}`);
    return { kind: "stuck", notes: [`the journal cannot be read: ${reading.reason}`] };
  }
  const journal = reading.value;
  if (journal === undefined) return { kind: "nothing", reason: "no change is under way" };
  if (id !== undefined && journal.id !== id) {
    return { kind: "nothing", reason: "the change that this timer was armed for is over" };
  }
  return { kind: "change", journal };
}

/** Undefined once it is ours. A dead holder gives it up at once; only the timer ends a live one. */
async function takeLock(
  { cause, limits }: RecoverRequest,
  isUndoing: boolean,
  { lock, clock, tell }: HostPort,
): Promise<RecoverResult | undefined> {
  const start = clock.elapsed();
  // A run that sees the claim stands down after the step that it is in; one that undoes needs more.
  const step = limits.restartFor + 30_000;
  const patience = isUndoing
    ? 4 * (step + limits.proveFor + limits.settle) + limits.quietFor
    : step;
  for (;;) {
    const taken = await lock.take();
    if (taken.kind === "failed") return { kind: "stuck", notes: [taken.reason] };
    if (taken.value === undefined) return undefined;
    const { who, age } = taken.value;
    if (cause !== "timer") {
      return { kind: "refused", refusal: refusal("another-apply", `${who}, for ${age} s`) };
    }
    if (clock.elapsed() - start >= patience) {
      tell(`ending ${who}, which holds the lock`);
      const seized = await lock.seize();
      return seized.kind === "done" ? undefined : { kind: "stuck", notes: [seized.reason] };
    }
    await clock.wait(1000);
  }
}
