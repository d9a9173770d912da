import { type Log, describe } from "../runtime/log.ts";
import { startLoop, type TurnPorts } from "../runtime/loop.ts";

export interface Loops {
  readonly start: () => void;
  /** Checks rollouts and cards soon. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

export interface LoopPorts {
  readonly log: Log;
  readonly sleep: TurnPorts["sleep"];
}

/** Separate loops for rollouts and cards, so that a slow Slack does not delay a wave. */
export function createLoops(
  turnRounds: () => Promise<number>,
  keepCards: () => Promise<number | undefined>,
  { log, sleep }: LoopPorts,
): Loops {
  let turns: readonly { readonly ask: () => void; readonly stop: () => Promise<void> }[] = [];
  const keep = async (): Promise<number | undefined> => {
    try {
      return await keepCards();
    } catch (error) {
      log.error(describe(error), "cards could not be updated");
      return 10_000;
    }
  };
  return {
    start: () => {
      const cards = startLoop({ turn: keep, sleep });
      const turn = async (): Promise<number> => {
        const pauseMs = await turnRounds();
        cards.ask();
        return pauseMs;
      };
      turns = [startLoop({ turn, sleep }), cards];
    },
    wake: () => {
      for (const one of turns.toReversed()) one.ask();
    },
    stop: async () => {
      await Promise.all(turns.map(({ stop }) => stop()));
    },
  };
}
