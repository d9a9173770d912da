/** Number of hosts between progress updates; smaller fleets finish before one could be read. */
const step = 2000;

export interface Progress {
  readonly show: (hosts: number) => void;
  /** Replaces the current line; for work that takes some time per host. */
  readonly tell: (text: string) => void;
  /** Removes the line. */
  readonly clear: () => void;
}

/** Shows progress on a terminal only; `isTerminal` is called when there is something to show. */
export function createProgress(isTerminal: () => boolean, write: (text: string) => void): Progress {
  let shown = false;
  let watching: boolean | undefined;
  const tell = (text: string): void => {
    watching ??= isTerminal();
    if (!watching) return;
    shown = true;
    write(`\r${text}\u001b[K`);
  };
  return {
    tell,
    show: (hosts) => {
      if (hosts % step === 0) tell(`${hosts} hosts checked`);
    },
    clear: () => {
      if (shown) write("\r\u001b[K");
      shown = false;
    },
  };
}
