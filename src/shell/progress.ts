/** Hosts between two lines of progress; a smaller fleet is done before anybody could read one. */
const step = 2000;

export interface Progress {
  readonly show: (hosts: number) => void;
  /** In place of the line before; for what takes its time with each host. */
  readonly tell: (text: string) => void;
  /** Takes the line away again. */
  readonly clear: () => void;
}

/** On a terminal alone, and asked for it only when there is something to show. */
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
