import { expect, test } from "vitest";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";

/** Text of the card, once it contains that. */
const cardSays = async ({ slack, controller }: BotScene, words: string): Promise<string> =>
  until(async () => {
    const { ledger } = await controller.writer.read();
    const [card] = [...ledger.cards.values()].slice(-1);
    const shown = (await slack.read()).find(({ ts }) => ts === card?.message);
    return shown?.text.includes(words) === true && shown.text;
  });

const ephemeral = ({ slack }: BotScene): readonly string[] =>
  slack.calls
    .filter(({ method }) => method === "chat.postEphemeral")
    .map(({ body }) => JSON.stringify(body));

const modesOf = ({ front }: BotScene): readonly string[] =>
  front.actions.runs.map(({ inputs }) => `${inputs["mode"] ?? "roll-out"} ${inputs["wave"]}`);

const expectNoProblems = ({ slack, front }: BotScene): void => {
  const { github, actions, activity } = front;
  expect([
    ...slack.problems,
    ...github.problems,
    ...actions.problems,
    ...activity.problems,
  ]).toEqual([]);
};

test("people see which hosts are ready, and approve once all are", async () => {
  const scene = await makeBotScene({ rehearsal: "required" });
  await scene.type("anna", "rollout open production because CHG-1");
  await until(() => scene.front.actions.runs.length === 1);
  const { id } = await scene.rollout();
  await cardSays(scene, "Rehearsal running, wave 1 of 2");
  await scene.click("ben", "approve", id);
  await until(() => ephemeral(scene).some((text) => text.includes("rehearsal-at-work")));

  await scene.finish();
  await until(() => scene.front.actions.runs.length === 2);
  await scene.finish(["rds2"]);
  const drawn = await cardSays(scene, "Rehearsal: 1 of 2 hosts ready as of");
  expect(drawn).toContain("Not ready: rds2: 2 transfers.");
  expect(drawn).toContain("Not every host of the plan was ready in the rehearsal.");
  await scene.type("dora", "status production");
  const status = await until(() =>
    scene.replies.find(({ text }) => text.includes("1 of 2 hosts ready as of")),
  );
  expect(status.text).toContain("Not ready: rds2");
  await scene.click("ben", "approve", id);
  await until(() => ephemeral(scene).some((text) => text.includes("rehearsal-not-ready")));
  await scene.click("ben", "rehearse", id);
  await until(() => ephemeral(scene).some((text) => text.includes("rehearsal-recent")));

  scene.later(3600);
  await scene.click("ben", "rehearse", id);
  for (const runs of [3, 4]) {
    await until(() => scene.front.actions.runs.length === runs);
    await scene.finish();
  }
  await cardSays(scene, "Rehearsal: 2 of 2 hosts ready");
  await scene.click("ben", "approve", id);
  await until(() => scene.front.actions.runs.length === 5);
  expect(modesOf(scene)).toEqual([
    "rehearse 1",
    "rehearse 2",
    "rehearse 1",
    "rehearse 2",
    "roll-out 1",
  ]);
  const { ledger } = await scene.controller.writer.read();
  const card = ledger.cards.get(id)?.message ?? "";
  const thread = await scene.slack.read(card);
  const { users } = scene.slack;
  const called = ["anna", "ben", "carl"].map((name) => users.get(name) ?? "");
  const calls = thread.flatMap(({ text }) => {
    const names = called.filter((user) => text.includes(`<@${user}>`));
    return names.length === 0 ? [] : [`${names.join(" ")}: ${text.includes("hosts ready")}`];
  });
  // Mentions the requester if something must be fixed, and the approvers once they can approve.
  const [anna, ...others] = called;
  expect(calls).toEqual([`${anna}: true`, `${others.join(" ")}: false`]);
  expect(thread.filter(({ text }) => text.includes("hosts ready as of")).length).toBe(2);
  expectNoProblems(scene);
});

test("with an older workflow, a rollout continues without rehearsal, and its card says so", async () => {
  const scene = await makeBotScene({ rehearsal: "optional" });
  scene.front.actions.unknownInputs.add("mode");
  await scene.type("anna", "rollout open production");
  const drawn = await cardSays(scene, "older than rehearsals");
  expect(drawn).toContain("Copy the example sesam-rollout.yml again");
  const { id } = await scene.rollout();
  await scene.click("ben", "approve", id);
  for (const runs of [1, 2]) {
    await until(() => scene.front.actions.runs.length === runs);
    await scene.finish();
  }
  await until(async () => (await scene.rollout()).state.kind === "succeeded");
  expect(modesOf(scene)).toEqual(["roll-out 1", "roll-out 2"]);
  expectNoProblems(scene);
});

test("three bots rehearse each wave once, and report it once", async () => {
  const scene = await makeBotScene({ rehearsal: "optional" });
  await Promise.all([scene.startAnother(), scene.startAnother()]);
  await scene.type("anna", "rollout open production");
  for (const runs of [1, 2]) {
    await until(() => scene.front.actions.runs.length === runs);
    await scene.finish();
  }
  await cardSays(scene, "Rehearsal: 2 of 2 hosts ready as of");
  const { id } = await scene.rollout();
  const { ledger } = await scene.controller.writer.read();
  const isTold = async (): Promise<boolean> => {
    const thread = await scene.slack.read(ledger.cards.get(id)?.message ?? "");
    return thread.filter(({ text }) => text.includes("hosts ready as of")).length === 1;
  };
  await until(isTold);
  await scene.click("ben", "approve", id);
  await until(() => scene.front.actions.runs.length === 3);
  expect(modesOf(scene)).toEqual(["rehearse 1", "rehearse 2", "roll-out 1"]);
  expect(await isTold()).toBe(true);
  expectNoProblems(scene);
});
