import { pass, type World } from "./model-host.ts";

/** Lets several processes of one world wait at the same time, in the order of its clock. */
export interface Scheduler {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Ends when all runs have ended; the clock advances whenever all of them wait. */
  readonly run: (runs: readonly Promise<unknown>[]) => Promise<void>;
}

export function createScheduler(world: World): Scheduler {
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    wait: (milliseconds) =>
      new Promise((resolve) => {
        sleepers.push({ at: world.elapsed + milliseconds, wake: resolve });
      }),
    run: async (runs) => {
      let isOver = false;
      const all = Promise.allSettled(runs).then(() => (isOver = true));
      for (;;) {
        // Everything that needs no wait happens before the next macrotask.
        await new Promise((resolve) => setImmediate(resolve));
        if (isOver) break;
        const [next] = sleepers.toSorted((left, right) => left.at - right.at);
        if (next === undefined) continue;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        pass(world, Math.max(0, next.at - world.elapsed));
        next.wake();
      }
      await all;
    },
  };
}
