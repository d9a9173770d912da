import { expect, test } from "vitest";
import { abortAs, clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until } from "../support/harness/bot.ts";
import { runBotOnce, writeBotFiles } from "../support/harness/bot-process.ts";

const day = 86_400;

test.each([
  { name: "ahead of", off: day },
  { name: "behind", off: -day },
])("a bot whose clock is $name GitHub's warns, stops requests, and signs no ticket", async (c) => {
  const scene = await makeBotScene();
  const { front, controller, monitor } = scene;
  const { now: right } = front.clock;
  const readReady = async (): Promise<readonly [number, string]> => {
    const answer = await fetch(`${monitor}/readyz`);
    return [answer.status, await answer.text()];
  };
  await typeAs(scene, "anna", "rollout open production because CHG-1");
  const { id } = await scene.rollout();
  await until(async () => (await controller.writer.read()).ledger.cards.has(id));
  expect(controller.clockTrouble()).toBeUndefined();

  // The clocks of the bots and GitHub diverge; the ledger uses GitHub's.
  front.clock.now = () => right() + 5 - c.off;
  scene.later(c.off);
  const trouble = "the clock of the bot's machine is";
  const approved = await clickAs(scene, "ben", "approve", id);
  expect(approved).toContain(`Warning: ${trouble}`);
  expect(approved).toContain(c.name);
  const step = async () => (await controller.writer.read()).ledger;
  expect((await scene.rollout()).state.kind).toBe("approved");
  expect(Math.abs((await step()).at - front.clock.now())).toBeLessThan(60);
  await until(async () => (await readReady())[1].startsWith(trouble));
  expect((await readReady())[0]).toBe(200);
  expect(await clickAs(scene, "ben", "continue", id)).toContain("Reason: clock-wrong");
  expect(front.actions.runs.length).toBe(0);

  const freeze = await typeAs(scene, "carl", "freeze production because the clock is wrong");
  expect(freeze).toContain("Warning: ");
  expect((await step()).environments.get("production")?.frozen).not.toBeNull();
  await typeAs(scene, "ben", "unfreeze production");
  await abortAs(scene, "carl", id, "the clock is wrong");
  expect((await scene.rollout()).state.kind).toBe("revoked");
  expect(front.actions.runs.length).toBe(0);
});

test("--check reports a wrong clock, and the difference", async () => {
  const scene = await makeBotScene({ isStarted: false });
  scene.front.clock.now = () => Date.now() / 1000 - 240;
  const { status, output } = await runBotOnce(writeBotFiles(scene), "--check");
  expect(status).toBe(0);
  expect(output).toMatch(
    /^WARN {2}clock: the clock of the bot's machine is (239|24\d) s ahead of/m,
  );
});
