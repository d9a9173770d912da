import { expect, test } from "vitest";
import { clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { pushFiles } from "../support/fakes/github/github-peer.ts";

const hosts = { rds1: {}, rds2: { facts: "wave = 2\n" }, rds3: { facts: "wave = 2\n" } };

/** A rollout whose first wave is verified, and whose second has a host that is not. */
async function failLate(scene: BotScene): Promise<string> {
  await typeAs(scene, "anna", "rollout open production because CHG-1");
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  await clickAs(scene, "ben", "approve", id);
  await until(() => scene.front.actions.runs.length === 1);
  await scene.finish();
  await until(() => scene.front.actions.runs.length === 2);
  await scene.finish(["rds2", "rds3"]);
  await until(async () => (await scene.rollout()).state.kind === "failed");
  return id;
}

test("after a failure a button requests the same phase for the hosts that were not verified", async () => {
  const scene = await makeBotScene({ hosts });
  const { slack, front } = scene;
  const id = await failLate(scene);
  const card = (): string =>
    JSON.stringify(slack.calls.findLast(({ method }) => method === "chat.update")?.body);
  await until(() => card().includes("No one can roll out the rest or roll back while production"));
  expect(card()).not.toContain("Roll out the rest");
  expect(await clickAs(scene, "anna", "rest", id)).toContain("locked after a failed rollout");
  expect((await scene.rollout()).id).toBe(id);
  await typeAs(scene, "ben", "unlock production because seen");
  await until(() => card().includes("Roll out the rest"));
  expect(await clickAs(scene, "dora", "rest", id)).toContain("Reason: person-unknown");

  expect(await clickAs(scene, "anna", "rest", id)).toContain(
    "Waiting for 1 approval from other people.",
  );
  const rest = await scene.rollout();
  expect(rest).toMatchObject({
    phase: "open",
    requester: "anna",
    waves: [["rds2"], ["rds3"]],
    purpose: `the rest of ${id}`,
    approvals: [],
    state: { kind: "requested" },
  });
  expect(await clickAs(scene, "anna", "approve", rest.id)).toContain("Reason: own-change");

  // A host that was removed from the environment is skipped.
  const moved = { "hosts/rds3/host.ini": "environment = elsewhere\n" };
  const head = await pushFiles(front.github, moved);
  const { after: before = "" } = front.activity.moves.at(-1) ?? {};
  front.activity.moves.push({ before, after: head, actor: { id: 777, login: "x" } });
  front.activity.propose(head, 777);
  await typeAs(scene, "ben", `rest ${id} because CHG-2`);
  expect(await scene.rollout()).toMatchObject({ waves: [["rds2"]], purpose: "CHG-2" });
  await clickAs(scene, "carl", "approve", (await scene.rollout()).id);
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
  expect(await typeAs(scene, "anna", "rest production")).toContain("Reason: no-rest");
  expect(await typeAs(scene, "anna", "rest nowhere")).toContain("Reason: rollout-unknown");
  expect(slack.problems).toEqual([]);
});
