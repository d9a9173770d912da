import { expect, test } from "vitest";
import { isOver, type Rollout } from "../../src/core/rollout/state/rollout.ts";
import { makeBotScene, until, type BotScene, type RunningBot } from "../support/harness/bot.ts";
import { checkRaces, holdCards } from "../support/harness/race-check.ts";

/** Disconnects a bot at one of its requests, before it is sent or after. */
interface Cut {
  readonly fetch: typeof fetch;
  /** The number of requests that still go through from now on. */
  readonly arm: (left: number, when: "before" | "after") => void;
  readonly isDead: () => boolean;
}

function createCut(): Cut {
  let left = Infinity;
  let when: "before" | "after" = "before";
  const isDead = (): boolean => left < 0;
  return {
    fetch: async (url, init) => {
      if (isDead()) throw new TypeError("this bot is dead");
      left--;
      if (isDead() && when === "before") throw new TypeError("this bot is dead");
      const answer = await fetch(url, init);
      if (isDead()) throw new TypeError("this bot is dead");
      return answer;
    },
    arm: (count, where) => {
      left = count;
      when = where;
    },
    isDead,
  };
}

/**
 * Other seeds cut at other requests: 0 to 3 with 25 races cut each one, and 0 to 7 in both ways.
 */
const shift = Number(process.env["RACE_SHIFT"] ?? 0);

interface Racer extends RunningBot {
  readonly cut: Cut;
}

async function startRacer({ startAnother }: BotScene): Promise<Racer> {
  const cut = createCut();
  return { ...(await startAnother(cut.fetch)), cut };
}

async function findRollout({ controller }: BotScene, environment: string): Promise<Rollout> {
  return until(async () => {
    const { ledger } = await controller.writer.read();
    return [...ledger.rollouts.values()].find((one) => one.environment === environment);
  });
}

/** Two approvers double-click at all three bots, one of which dies at one of its requests. */
async function race(
  number: number,
  racers: readonly Racer[],
  { scene, races }: { readonly scene: BotScene; readonly races: number },
): Promise<Rollout> {
  const environment = `e${number}`;
  const [first, second, third] = racers;
  if (first === undefined || second === undefined || third === undefined) throw new Error("bots");
  scene.turnTo(first.address);
  await scene.type("anna", `rollout open ${environment}`);
  const { id } = await findRollout(scene, environment);
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  // Every transition is within the first hundred requests.
  const at = Math.floor((number * 100) / races) + shift;
  first.cut.arm(at, (number + shift) % 2 === 0 ? "before" : "after");
  const clicks = racers.flatMap(({ address }) =>
    ["ben", "carl", "ben", "carl"].map((user) => scene.click(user, "approve", id, { at: address })),
  );
  await Promise.all(clicks);
  let seen: string | undefined;
  let quiet = 0;
  return until(async () => {
    const { ledger } = await scene.controller.writer.read();
    const rollout = ledger.rollouts.get(id);
    if (rollout !== undefined && isOver(rollout.state)) return rollout;
    await scene.finish();
    quiet = seen === ledger.tip ? quiet + 1 : 0;
    seen = ledger.tip ?? undefined;
    // Nothing changes: the bot that should report is dead, and only the clock shows that.
    if (quiet % 40 === 39) scene.later(1000);
    return undefined;
  });
}

test("three bots, two approvers and double clicks: each decision once, each wave once, no card stuck", async () => {
  const races = Number(process.env["RACES"] ?? 16);
  const scene = await makeBotScene({ environments: races, isStarted: false });
  const racers = [await startRacer(scene), await startRacer(scene), await startRacer(scene)];
  const ids: string[] = [];
  for (let number = 0; number < races; number++) {
    const { id, state } = await race(number, racers, { scene, races });
    expect(state.kind, id).toBe("succeeded");
    ids.push(id);
    if (number % 10 === 9) {
      await holdCards(ids, scene);
      // Older cards are final, and a starting bot does not redraw them.
      scene.later(90_000);
    }
    const [dead] = racers.splice(0, 1);
    racers.push(dead?.cut.isDead() === true ? await startRacer(scene) : (dead as Racer));
  }
  expect(await checkRaces(ids, scene)).toBeLessThanOrEqual(races / 4);
}, 1_200_000);
