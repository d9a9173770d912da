import { type Log, describe } from "../runtime/log.ts";
import { startLoop, type TurnPorts } from "../runtime/loop.ts";

export interface Loops {
  readonly start: () => void;
  /** Looks at rollouts and cards soon. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

export interface LoopPorts {
  readonly log: Log;
  readonly sleep: TurnPorts["sleep"];
}

/** Rollouts go on in one loop, cards in another: a slow Slack holds no wave up. */
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
      log.error(describe(error), "the cards could not be brought up to date");
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
