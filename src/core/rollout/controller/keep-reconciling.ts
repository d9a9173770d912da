import { reconcile, type ReconcileTools, type Step } from "./reconcile.ts";

/** Milliseconds. Looking at a ledger and at runs that did not change costs GitHub's limits nothing. */
const shortestPause = 5000;
const longestPause = 60_000;

export interface KeepPorts {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Told after each round; false ends it. */
  readonly report: (steps: readonly Step[]) => boolean;
}

/** Follows all rollouts, more and more slowly while nothing moves. Throws HardenError as the writer does. */
export async function keepReconciling(tools: ReconcileTools, ports: KeepPorts): Promise<void> {
  const { wait, random, report } = ports;
  let pause = shortestPause;
  for (;;) {
    const steps = await reconcile(tools);
    if (!report(steps)) return;
    const hasMoved = steps.some(({ kind }) => kind === "moved");
    pause = hasMoved ? shortestPause : Math.min(longestPause, pause * 2);
    // Several controllers shall not ask in step with each other.
    await wait(pause * (0.75 + random() / 4));
  }
}
