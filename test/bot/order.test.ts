import { expect, test } from "vitest";
import { clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";

async function finishRollout(scene: BotScene, words: string): Promise<void> {
  await typeAs(scene, "anna", words);
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
}

test("production waits until staging is closed, and says so everywhere", async () => {
  const scene = await makeBotScene({
    hosts: { rds1: {}, rds2: { others: { "host.ini": "environment = staging\n" } } },
    environment: "after = staging\n",
    more: "[environment.staging]\napprovals = 1\ngroups = ops\nsoak = 0s\n",
  });
  const { slack, front } = scene;
  const waits = /no one can approve it yet\. The environment that must come first .* \(staging\)/;
  expect(await typeAs(scene, "anna", "plan open production")).toMatch(waits);
  expect(await typeAs(scene, "anna", "rollout open production")).toMatch(waits);
  const { id } = await scene.rollout();
  const card = (): string =>
    slack.calls.findLast(({ body }) => String(body["text"]).includes(`Rollout ${id}`))?.body[
      "text"
    ] as string;
  await until(() => card().includes("The environment that must come first"));
  expect(await clickAs(scene, "ben", "approve", id)).toContain("Reason: predecessor-not-closed");

  await finishRollout(scene, "rollout open staging");
  expect(await clickAs(scene, "ben", "approve", id)).toContain("Reason: predecessor-not-closed");
  await typeAs(scene, "anna", "globals staging");
  await finishRollout(scene, "rollout close staging");
  await until(() => !card().includes("The environment that must come first"));
  const runs = front.actions.runs.length;
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  await until(() => front.actions.runs.length === runs + 1);
  expect(await typeAs(scene, "anna", "plan open production")).not.toMatch(waits);
  expect(slack.problems).toEqual([]);
});
