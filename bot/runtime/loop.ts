/** Work that is done again and again, one turn after the other. */
export interface Loop {
  /** Asks for a turn soon; what is asked for while one runs comes after it, once. */
  readonly ask: () => void;
  /** After this turn there is no other; resolves once it is over. */
  readonly stop: () => Promise<void>;
}

export interface TurnPorts {
  /** Milliseconds after which it wants another turn by itself; undefined where it waits to be asked. */
  readonly turn: () => Promise<number | undefined>;
  /** Resolves after so many milliseconds, or as soon as `cut` is called. */
  readonly sleep: (milliseconds: number) => Sleep;
}

export interface Sleep {
  readonly over: Promise<void>;
  readonly cut: () => void;
}

/** Longer than any pause: a turn that waits to be asked. */
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

/** Sleep that holds no process up. */
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
