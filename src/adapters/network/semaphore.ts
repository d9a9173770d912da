/** Runs at most a given number of tasks at a time; the others wait. */
export type SocketLimit = <Result>(task: () => Promise<Result>) => Promise<Result>;

export function createSocketLimit(most: number): SocketLimit {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (task) => {
    if (busy >= most) await new Promise<void>((resolve) => void waiting.push(resolve));
    else busy += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // Pass the slot to the next task, or free it.
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
