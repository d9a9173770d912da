/** Repeats a task, one turn after another. */
export interface Loop {
  /** Requests a turn soon. Requests during a turn cause one more turn. */
  readonly ask: () => void;
  /** Stops after the current turn; resolves once it has finished. */
  readonly stop: () => Promise<void>;
}

export interface TurnPorts {
  /** Returns the pause before the next turn (ms); undefined waits for `ask`. */
  readonly turn: () => Promise<number | undefined>;
  /** Resolves after so many milliseconds, or as soon as `cut` is called. */
  readonly sleep: (milliseconds: number) => Sleep;
}

export interface Sleep {
  readonly over: Promise<void>;
  readonly cut: () => void;
}

/** Longer than any pause, for a loop that waits for `ask`. */
const maxPauseMs = 2 ** 30;

export function startLoop({ turn, sleep }: TurnPorts): Loop {
  const wish = { isStopped: false, isAsked: false };
  let current: Sleep | undefined;
  const run = async (): Promise<void> => {
    for (;;) {
      wish.isAsked = false;
      const pauseMs = await turn();
      if (wish.isStopped) return;
      if (wish.isAsked) continue;
      current = sleep(pauseMs ?? maxPauseMs);
      await current.over;
      current = undefined;
      if (wish.isStopped) return;
    }
  };
  const running = run();
  return {
    ask: () => {
      wish.isAsked = true;
      current?.cut();
    },
    stop: async () => {
      wish.isStopped = true;
      current?.cut();
      await running;
    },
  };
}

/** A sleep that does not keep the process alive. */
export function sleepLightly(milliseconds: number): Sleep {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  timer.unref();
  const cut = (): void => {
    clearTimeout(timer);
    resolve();
  };
  return { over, cut };
}
