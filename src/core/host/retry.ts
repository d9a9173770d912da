import type { Clock, Outcome } from "./ports.ts";

const tries = 3;
/** Milliseconds from the first attempt, after which a failure is no longer retried. */
const maxMs = 10_000;

/** Runs an effect up to three times, so that a transient failure decides nothing. */
export async function insist<Value>(
  act: () => Promise<Outcome<Value>>,
  clock: Clock,
): Promise<Outcome<Value>> {
  const startMs = clock.elapsedMs();
  for (let turn = 1; ; turn++) {
    const outcome = await act();
    const isLate = turn === tries || clock.elapsedMs() - startMs >= maxMs;
    if (outcome.kind === "done" || isLate) return outcome;
    await clock.wait(1000);
  }
}
