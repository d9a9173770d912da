/** Runs tasks, at most so many at a time; the others wait for their turn. */
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
      // The place goes to the next one, or is free.
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
