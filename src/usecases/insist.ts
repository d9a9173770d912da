import type { Clock, Outcome } from "./host-ports.ts";

const tries = 3;

/** Tries an effect up to three times: what fails for a moment decides nothing. */
export async function insist<Value>(
  act: () => Promise<Outcome<Value>>,
  clock: Clock,
): Promise<Outcome<Value>> {
  for (let turn = 1; ; turn++) {
    const outcome = await act();
    if (outcome.kind === "done" || turn === tries) return outcome;
    await clock.wait(1000);
  }
}
