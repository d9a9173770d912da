import { expect, test } from "vitest";
import { isOver } from "../../src/core/rollout/state/rollout.ts";
import { makeBotScene, until } from "../support/harness/bot.ts";
import { startBotProcess, writeBotFiles } from "../support/harness/bot-process.ts";
import { checkRaces } from "../support/harness/race-check.ts";
import { createRandom } from "../support/builders/random.ts";

const times = "[controller]\npoll = 1s\nanswer = 10s\nsearch = 60s\n";

/** Real processes; each race kills one of them, somewhere between the clicks and the end. */
test("three processes race and are killed one after the other with SIGKILL", async () => {
  const races = Number(process.env["KILLED_RACES"] ?? 6);
  const scene = await makeBotScene({ environments: races, isStarted: false, more: times });
  const files = writeBotFiles(scene);
  const bots = await Promise.all([0, 1, 2].map(() => startBotProcess(files)));
  const random = createRandom(Date.now()).next;
  const readLedger = async () => (await scene.controller.writer.read()).ledger;
  const ids: string[] = [];
  for (let number = 0; number < races; number++) {
    const environment = `e${number}`;
    scene.turnTo(bots[number % 3]?.address ?? "");
    await scene.type("anna", `rollout open ${environment}`);
    const { id } = await until(async () =>
      [...(await readLedger()).rollouts.values()].find((one) => one.environment === environment),
    );
    ids.push(id);
    await until(async () => (await readLedger()).cards.has(id));
    const clicks = bots.flatMap(({ address: at }) =>
      ["ben", "carl", "carl", "ben"].map((user) =>
        // A killed process does not answer.
        scene.click(user, "approve", id, { at }).catch(() => undefined),
      ),
    );
    await new Promise((done) => setTimeout(done, random() * 600));
    const victim = Math.floor(random() * 3);
    await bots[victim]?.kill();
    await Promise.all(clicks);
    bots[victim] = await startBotProcess(files);
    await scene.finish();
  }
  await until(async () => {
    await scene.finish();
    const { rollouts } = await readLedger();
    return ids.every((id) => {
      const rollout = rollouts.get(id);
      return rollout !== undefined && isOver(rollout.state);
    });
  }, 240);
  expect(await checkRaces(ids, scene)).toBeLessThanOrEqual(races / 2);
  expect(await bots[0]?.stop()).toBe(0);
}, 600_000);
