import type { Clock } from "./ports.ts";
import type { RecoverResult } from "./recover.ts";

export interface Persistence {
  readonly clock: Clock;
  /** Each result that differs from the one before. */
  readonly tell: (result: RecoverResult) => void;
  /** Milliseconds after which a host that cannot be asked is given up; undefined: never. */
  readonly giveUp: number | undefined;
}

/** Milliseconds between two tries; where nothing helps the pause grows, up to an hour's quarter. */
const [pause, longest] = [60_000, 900_000];

/**
 * What the timer and a start of the machine do, since nobody else would come: tries until there is
 * nothing left to undo. A disk that was full gets room, transfers end, pins are put right.
 */
export async function keepRecovering(
  recover: (turn: number) => Promise<RecoverResult>,
  { clock, tell, giveUp }: Persistence,
): Promise<RecoverResult> {
  const start = clock.elapsed();
  let told = "";
  let next = pause;
  for (let turn = 0; ; turn++) {
    const result = await recover(turn);
    const text = JSON.stringify(result);
    if (text !== told) tell(result);
    told = text;
    if (isOver(result)) return result;
    const isLate = giveUp !== undefined && clock.elapsed() - start >= giveUp;
    if (result.kind === "unasked" && isLate) return result;
    await clock.wait(next);
    const isHopeful = result.kind === "pending" || result.kind === "refused";
    next = isHopeful ? pause : Math.min(2 * next, longest);
  }
}

function isOver({ kind }: RecoverResult): boolean {
  return kind === "nothing" || kind === "confirmed" || kind === "restored";
}
