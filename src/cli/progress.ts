/** Hosts between two lines of progress; a smaller fleet is done before anybody could read one. */
const step = 2000;

export interface Progress {
  readonly show: (hosts: number) => void;
  /** Takes the line away again. */
  readonly clear: () => void;
}

/** On a terminal alone, and asked for it only when there is something to show. */
export function createProgress(isTerminal: () => boolean, write: (text: string) => void): Progress {
  let shown = false;
  let watching: boolean | undefined;
  return {
    show: (hosts) => {
      if (hosts % step !== 0) return;
      watching ??= isTerminal();
      if (!watching) return;
      shown = true;
      write(`\r${hosts} hosts checked`);
    },
    clear: () => {
      if (shown) write("\r\u001b[K");
      shown = false;
    },
  };
}
