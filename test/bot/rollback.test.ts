import { expect, test } from "vitest";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { bridgeOf, hard, soft } from "../support/builders/rollout.ts";

const bridge = hashSha256(bridgeOf(hard, soft));

async function carryOut(scene: BotScene, ask: () => Promise<unknown>): Promise<string> {
  await ask();
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
  return id;
}

test("a button restores the files verified before, with a request that says what gets weaker", async () => {
  const scene = await makeBotScene();
  const { slack, front } = scene;
  const fileOf = async (host: string) => {
    const known = (await scene.controller.writer.read()).ledger.hosts.get(host);
    return [known?.file, known?.proven?.rollout];
  };
  const opened = await carryOut(scene, () => typeAs(scene, "anna", "rollout open production"));
  expect(await typeAs(scene, "anna", "rollback production")).toContain("no-earlier-file");
  await typeAs(scene, "anna", "globals production");
  const closed = await carryOut(scene, () => typeAs(scene, "anna", "rollout close production"));
  expect(await fileOf("rds1")).toEqual([hashSha256(hard), closed]);
  // Its hosts have the file of a later rollout.
  expect(await clickAs(scene, "anna", "rollback", opened)).toContain("Reason: no-rollback");
  expect(await clickAs(scene, "dora", "rollback", closed)).toContain("Reason: person-unknown");

  const card = (id: string): string =>
    String(
      slack.calls.findLast(({ body }) => String(body["text"]).startsWith(`Rollout ${id}`))?.body[
        "text"
      ],
    );
  await until(() => card(closed).includes("Succeeded"));
  const back = await carryOut(scene, async () => {
    expect(await clickAs(scene, "anna", "rollback", closed)).toContain("You requested rollout");
    const { id } = await scene.rollout();
    await scene.click("ben", "show-plan", id);
    const shown = await until(() => slack.calls.find(({ method }) => method === "views.open"));
    const text = JSON.stringify(shown.body["view"]);
    expect(text).toContain("Plan: rollback in production");
    expect(text).toContain("Security is lowered on 2 hosts.");
    expect(text).toContain("Risk: security is lowered");
  });
  await until(() => card(back).includes("Succeeded"));
  expect(card(back)).toContain("rollback in production");
  expect(await scene.rollout()).toMatchObject({ restores: true, purpose: `roll back ${closed}` });
  expect(await fileOf("rds1")).toEqual([bridge, back]);
  expect(await fileOf("rds2")).toEqual([bridge, back]);

  // A second rollback never deploys the newer files again.
  expect(await typeAs(scene, "anna", "rollback production")).toContain("Reason: no-rollback");
  const refused = await typeAs(scene, "anna", "rollback production rds2 because it was fine");
  expect(refused).toContain("no-earlier-file");
  expect((await scene.rollout()).id).toBe(back);
  expect(await typeAs(scene, "anna", "rollback nowhere")).toContain("Reason: rollout-unknown");
  expect([...slack.problems, ...front.actions.problems]).toEqual([]);
});
