import { expect, test } from "vitest";
import { renderDrift } from "../../bot/views/drift.ts";
import { renderJson } from "../../src/core/report/render.ts";
import { accept, hardened, probeOf, withTls } from "../support/builders/observations.ts";
import { hostile, longName, nowSeconds } from "../support/builders/bot-fleet.ts";
import { nothingRelaxed } from "../support/builders/relaxed.ts";
import { makeZip } from "../support/builders/zip.ts";
import { checkMessage } from "../support/fakes/slack/block-kit.ts";
import { clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";

/** Ends a run of the verify workflow that saw TLS 1.0 on these hosts. */
async function scan(scene: BotScene, old: readonly string[]): Promise<void> {
  const { front } = scene;
  const hosts = ["rds1", "rds2"];
  const report = renderJson({
    findings: [],
    hosts: hosts.map((name) => {
      return { name, role: "rds", environment: "production", verdict: "partial" };
    }),
    failOn: () => "error",
    probes: hosts.map((host) => {
      const seen = withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1"));
      return { ...probeOf(old.includes(host) ? seen : hardened), host };
    }),
    relaxed: nothingRelaxed,
  });
  const head = await front.github.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
  front.actions.heads.add(head.object.sha);
  front.actions.start({
    event: "schedule",
    path: ".github/workflows/sesam-verify.yml",
    status: "completed",
    head_sha: head.object.sha,
    created_at: new Date((scene.controller.nowSeconds() + 60) * 1000).toISOString(),
    artifacts: [
      {
        id: 900 + front.actions.runs.length,
        name: "sesam-harden-verify",
        archive: makeZip({ "verify.json": report }),
      },
    ],
  });
}

test("the channel is told once of a drift, and once that it is resolved", async () => {
  const scene = await makeBotScene();
  const { slack, front } = scene;
  await typeAs(scene, "anna", "rollout open production");
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  await clickAs(scene, "ben", "approve", id);
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
  const told = async (): Promise<readonly string[]> =>
    (await slack.read())
      .map(({ text }) => text.replaceAll("\n", " "))
      .filter((text) => /^# ?Drift|^Drift/.test(text));
  await scan(scene, ["rds2"]);
  const [first] = await until(async () => {
    const found = await told();
    return found.length > 0 && found;
  });
  expect(first).toMatch(
    /1 host differs from what was last verified there\. rds2: the host accepts/,
  );
  expect(first).toContain("run 700");
  const another = await scene.startAnother();
  await scan(scene, ["rds2"]);
  await until(async () => (await scene.controller.writer.read()).ledger.wire.last?.run === 7003);
  await scan(scene, []);
  const texts = await until(async () => {
    const found = await told();
    return found.length > 1 && found;
  });
  expect(texts).toHaveLength(2);
  expect(texts.join()).toContain("As verified again: rds2.");
  await another.bot.stop();
  expect([...slack.problems, ...front.actions.problems]).toEqual([]);
});

test("status says who recorded the global settings, and that nothing read them", async () => {
  const scene = await makeBotScene();
  const words = /Global settings: recorded by carl .* ago\), not read\./;
  expect(await typeAs(scene, "anna", "status production")).not.toMatch(words);
  await typeAs(scene, "carl", "globals production except rds1 rds2");
  expect(await typeAs(scene, "anna", "status production")).toMatch(words);
});

test("a thousand hosts that differ fit one message, whatever they are called", () => {
  const names = Array.from({ length: 1000 }, (_, index) => longName(index));
  const message = renderDrift({
    news: {
      environment: "production",
      run: 7,
      at: nowSeconds,
      appeared: names.slice(0, 900).map((host) => ({ host, causes: ["ports"] })),
      resolved: names.slice(900),
    },
    details: new Map(names.map((host, index) => [host, [`${hostile} ${index % 100}`]])),
    url: "https://github.test/runs/7",
    nowSeconds,
  });
  expect(checkMessage(message)).toEqual([]);
  expect(message.text).toContain("900 hosts differ");
  const shown = JSON.stringify(message.blocks);
  expect(shown).toMatch(/\d+ more groups: .*status production has all/);
  expect(shown).toContain("and 80 more");
});
