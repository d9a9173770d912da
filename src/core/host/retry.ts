import type { Clock, Outcome } from "./ports.ts";

const tries = 3;
/** Milliseconds: what took longer to fail, as a lost connection, was tried long enough. */
const maxMs = 10_000;

/** Tries an effect up to three times: what fails for a moment decides nothing. */
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
