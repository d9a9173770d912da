import { expect, test } from "vitest";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { createPlanReader, readRunbooks } from "../../bot/controller/queries.ts";
import { askFor, clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { bridgeOf, hard, soft } from "../support/builders/rollout.ts";
import { makeZip } from "../support/builders/zip.ts";

const hosts = { rds1: {}, win1: { facts: "os = windows\n" } };
const digest = hashSha256(bridgeOf(hard, soft));

/** The newest card with hosts by hand, of one rollout or of any. */
const cardOf = ({ slack }: BotScene, id = ""): string =>
  JSON.stringify(
    slack.calls.findLast(
      ({ method, body }) =>
        (method === "chat.update" || method === "chat.postMessage") &&
        JSON.stringify(body).includes("by hand:") &&
        JSON.stringify(body).includes(`Rollout ${id}`),
    )?.body,
  );

test("a person changes a Windows host and records it, and the next scan verifies it", async () => {
  const scene = await makeBotScene({ hosts });
  const { front, slack } = scene;
  const id = await askFor(scene, "production");
  await until(() => cardOf(scene).includes("win1, by hand: starts once this rollout is approved."));
  expect(cardOf(scene)).not.toContain("Show runbook");
  expect(await clickAs(scene, "ben", "runbook", id)).toContain("Reason: awaits-approval");
  await clickAs(scene, "ben", "approve", id);
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
  await until(() => cardOf(scene).includes("win1, by hand: waiting for its record."));
  // Cards are edited some seconds apart, so it may still show the wave as running.
  await until(() => cardOf(scene).includes("1 of 1 verified, in 1 wave; 0 of 1 verified by hand"));

  expect(await clickAs(scene, "dora", "runbook", id)).toContain("Reason: person-unknown");
  await typeAs(scene, "anna", "freeze production because tape repair");
  expect(await clickAs(scene, "ben", "runbook", id)).toContain("Reason: frozen");
  await typeAs(scene, "ben", "unfreeze production");
  expect(await clickAs(scene, "ben", "runbook", id)).toContain("The scripts for win1 are in the");
  const { cards } = (await scene.controller.writer.read()).ledger;
  const sent = slack.calls.filter(({ method }) => method.startsWith("files."));
  expect(sent.map(({ body }) => [body["filename"], body["thread_ts"]])).toEqual([
    ["runbook-win1-open.ps1", undefined],
    [undefined, cards.get(id)?.message],
  ]);

  expect(await typeAs(scene, "ben", `record win1 ${hashSha256(hard)}`)).toContain(
    "Reason: hand-file-differs",
  );
  expect(await typeAs(scene, "ben", `record win1 ${digest.toUpperCase()}`)).toContain(
    `ben recorded the file of win1: SHA-256 ${digest}.`,
  );
  await until(() => cardOf(scene).includes("recorded by ben; waiting for a scan"));

  front.actions.modes.push(404);
  expect(await clickAs(scene, "ben", "check-now", id)).toContain(
    `The scan for ${id} did not start.`,
  );
  expect(await clickAs(scene, "dora", "check-now", id)).toContain("Reason: person-unknown");
  expect(await clickAs(scene, "ben", "check-now", id)).toContain(
    "The verify workflow was started.",
  );
  const before = front.actions.runs.length;
  expect(await clickAs(scene, "anna", "check-now", id)).toContain("No other scan was started");
  expect(front.actions.runs).toHaveLength(before);
  const run = front.actions.runs.at(-1);
  expect(run?.path).toBe(".github/workflows/sesam-verify.yml");
  const names = Object.keys(hosts);
  const report = JSON.stringify({
    schemaVersion: 2,
    hosts: names.map((name) => ({ name, verdict: "partial" })),
    findings: names.map((host) => ({ rule: "wire-port-open", host, suppressed: null })),
  });
  const archive = makeZip({ "verify.json": report });
  if (run === undefined) throw new Error("no run was started");
  run.artifacts = [{ id: 9999, name: "sesam-harden-verify", archive }];
  run.status = "completed";
  await until(() => cardOf(scene).includes("verified, recorded by ben, scanned"));
  expect(cardOf(scene)).not.toContain("Check now");
  expect(await clickAs(scene, "ben", "check-now", id)).toContain("Reason: hand-verified");
  await until(() =>
    slack.calls.some(
      ({ method, body }) =>
        method === "chat.postMessage" &&
        body["thread_ts"] === cards.get(id)?.message &&
        String(body["text"]).includes("Verified by hand: win1 (recorded by ben)."),
    ),
  );
  expect(await typeAs(scene, "dora", "status win1")).toContain("verified by hand (ben)");
  expect(await typeAs(scene, "ben", `record win1 ${digest}`)).toContain("Reason: hand-verified");
  expect([...slack.problems, ...front.actions.problems]).toEqual([]);
});

test("an abort stops hosts by hand, also in a rollout without waves", async () => {
  const scene = await makeBotScene({ hosts: { win1: hosts.win1, win2: hosts.win1 } });
  const id = await askFor(scene, "production");
  await clickAs(scene, "ben", "approve", id);
  await until(
    () => cardOf(scene, id).includes("Show runbook") && cardOf(scene, id).includes("Abort"),
  );
  const { controller } = scene;
  const report = await createPlanReader(controller)(await scene.rollout());
  const { scripts, refused } = await readRunbooks(["gone", "win2"], report, controller);
  expect(scripts.map(({ host }) => host)).toEqual(["win2"]);
  expect(refused.map(({ host }) => host)).toEqual(["gone"]);
  await typeAs(scene, "anna", "rollout open production");
  const stopped = await typeAs(scene, "carl", "abort production because wrong file");
  expect(stopped).not.toContain(`You aborted rollout ${id}.`);
  expect(stopped).toContain(`Hosts of rollout ${id} can still be changed by hand.`);
  expect(await typeAs(scene, "carl", "abort production because wrong file")).toContain(
    `You aborted rollout ${id}.`,
  );
  await until(() => cardOf(scene, id).includes("Hosts by hand aborted by carl. “wrong file”"));
  expect(cardOf(scene, id)).toContain("win1, by hand: don't change it: the rollout was stopped.");
  expect(cardOf(scene, id)).not.toContain("Show runbook");
  expect(await clickAs(scene, "ben", "runbook", id)).toContain("Reason: over");
  expect(await typeAs(scene, "ben", `record win1 ${digest}`)).toContain("ben recorded the file");
});
