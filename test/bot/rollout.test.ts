import { expect, test } from "vitest";
import { makeBotScene, until } from "../support/harness/bot.ts";

test("a rollout is asked for, approved by a colleague, carried in waves, and told", async () => {
  const scene = await makeBotScene();
  const { slack, front, replies } = scene;
  const answer = await scene.type("anna", "rollout open production because CHG-1");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Working on it: rollout.");
  const told = await until(() => replies.at(-1));
  expect(told.text).toContain("is requested; it waits for 1 approval");
  const { id } = await scene.rollout();
  const card = await until(async () => (await scene.controller.writer.read()).ledger.cards.get(id));
  const [shown] = await slack.read();
  expect(shown?.ts).toBe(card.message);
  expect(shown?.text).toContain(`Rollout ${id}: open in production`);
  expect(shown?.text).toContain("CHG-1");
  const [called] = await until(async () => {
    const found = await slack.read(card.message);
    return found.length > 0 && found;
  });
  expect(called?.text).toContain(`<@${slack.users.get("ben")}>`);
  expect(called?.text).not.toContain(slack.users.get("anna"));

  await scene.click("anna", "approve", id);
  await until(() => slack.calls.find(({ method }) => method === "chat.postEphemeral"));
  expect((await scene.rollout()).state.kind).toBe("requested");
  await scene.click("ben", "approve", id);
  await until(async () => front.actions.runs.length === 1);
  await scene.finish();
  await until(async () => front.actions.runs.length === 2);
  await scene.finish();
  await until(async () => (await scene.rollout()).state.kind === "succeeded");
  expect(front.actions.runs.length).toBe(2);
  const before = replies.length;
  await scene.type("dora", "status rds1");
  const status = await until(() => replies[before]);
  expect(status.text).toMatch(/Wire: (hardened|partial), .* ago\), seen from the host/);
  const metrics = await (await fetch(`${scene.monitor}/metrics`)).text();
  expect(metrics).toContain("sesam_harden_acknowledge_seconds_count 4");
  expect(metrics).toMatch(/controller_steps_total\{kind="moved"\} [1-9]/);
  for (const path of ["healthz", "readyz"]) {
    expect((await fetch(`${scene.monitor}/${path}`)).status, path).toBe(200);
  }
  expect(slack.problems).toEqual([]);
  expect([...front.github.problems, ...front.actions.problems, ...front.activity.problems]).toEqual(
    [],
  );
});
