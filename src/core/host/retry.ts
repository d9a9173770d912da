import type { Clock, Outcome } from "./ports.ts";

const tries = 3;
/** Milliseconds: what took longer to fail, as a lost connection, was tried long enough. */
const most = 10_000;

/** Tries an effect up to three times: what fails for a moment decides nothing. */
export async function insist<Value>(
  act: () => Promise<Outcome<Value>>,
  clock: Clock,
): Promise<Outcome<Value>> {
  const start = clock.elapsed();
  for (let turn = 1; ; turn++) {
    const outcome = await act();
    const isLate = turn === tries || clock.elapsed() - start >= most;
    if (outcome.kind === "done" || isLate) return outcome;
    await clock.wait(1000);
  }
}
