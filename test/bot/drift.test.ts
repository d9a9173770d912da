import { expect, test } from "vitest";
import { renderDrift } from "../../bot/views/drift.ts";
import { renderJson } from "../../src/core/report/render.ts";
import { accept, hardened, probeOf, withTls } from "../support/builders/observations.ts";
import { globalKeys } from "../../src/core/fleet/globals.ts";
import {
  printGlobalsReport,
  signGlobalsReport,
  type GlobalsReport,
} from "../../src/core/rollout/dispatch/globals-report.ts";
import { publishKeys } from "../../src/core/rollout/ledger/commands.ts";
import { makeKeys } from "../support/builders/tickets.ts";
import { need } from "../support/harness/control.ts";
import { hostile, longName, nowSeconds } from "../support/builders/bot-fleet.ts";
import { nothingRelaxed } from "../support/builders/relaxed.ts";
import { makeZip } from "../support/builders/zip.ts";
import { checkMessage } from "../support/fakes/slack/block-kit.ts";
import { clickAs, typeAs } from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";

interface Scan {
  readonly hosts?: readonly string[];
  /** The report of the job of the Server s1. */
  readonly globals?: (atSeconds: number) => Promise<string>;
}

/** Completes a verify run that saw TLS 1.0 on these hosts. */
async function scan(
  scene: BotScene,
  old: readonly string[],
  { hosts = ["rds1", "rds2"], globals }: Scan = {},
): Promise<void> {
  const { front } = scene;
  const startedAt = scene.controller.nowSeconds() + 60;
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
    created_at: new Date(startedAt * 1000).toISOString(),
    jobs: globals === undefined ? [] : [{ name: "globals s1", status: "completed" }],
    artifacts: [
      ...(globals === undefined
        ? []
        : [
            {
              id: 950 + front.actions.runs.length,
              name: "sesam-harden-globals-s1",
              archive: makeZip({ "globals.json": await globals(Math.floor(startedAt)) }),
            },
          ]),
      {
        id: 900 + front.actions.runs.length,
        name: "sesam-harden-verify",
        archive: makeZip({ "verify.json": report }),
      },
    ],
  });
}

async function rollOut(scene: BotScene): Promise<void> {
  await typeAs(scene, "anna", "rollout open production");
  const { id } = await scene.rollout();
  await until(async () => (await scene.controller.writer.read()).ledger.cards.has(id));
  await clickAs(scene, "ben", "approve", id);
  await until(async () => {
    await scene.finish();
    return (await scene.rollout()).state.kind === "succeeded";
  });
}

/** The channel's drift messages, once there are this many. */
async function readDrift({ slack }: BotScene, count: number): Promise<readonly string[]> {
  return until(async () => {
    const found = (await slack.read())
      .map(({ text }) => text.replaceAll("\n", " "))
      .filter((text) => /^# ?Drift|^Drift/.test(text));
    return found.length >= count && found;
  });
}

test("the channel is told once of drift, and once that it is resolved", async () => {
  const scene = await makeBotScene();
  const { slack, front } = scene;
  await rollOut(scene);
  await scan(scene, ["rds2"]);
  const [first] = await readDrift(scene, 1);
  expect(first).toMatch(
    /1 host differs from what was last verified on it\. rds2: the host accepts/,
  );
  expect(first).toContain("run 700");
  const another = await scene.startAnother();
  await scan(scene, ["rds2"]);
  await until(async () => (await scene.controller.writer.read()).ledger.wire.last?.run === 7003);
  await scan(scene, []);
  const texts = await readDrift(scene, 2);
  expect(texts).toHaveLength(2);
  expect(texts.join()).toContain("Resolved: rds2.");
  await another.bot.stop();
  expect([...slack.problems, ...front.actions.problems]).toEqual([]);
});

test("status says who recorded the global settings, and that they were not read", async () => {
  const scene = await makeBotScene();
  const words = /Global settings: recorded by carl .* ago\), but not read from the Servers\./;
  expect(await typeAs(scene, "anna", "status production")).not.toMatch(words);
  await typeAs(scene, "carl", "globals production except rds1 rds2");
  expect(await typeAs(scene, "anna", "status production")).toMatch(words);
});

test("a global setting that a Server reads differently is drift, until it reads it as recorded", async () => {
  const settings = globalKeys.map((key) => `${key}=https\n`).join("");
  const others = { "globals.ini": `[sesam]\n${settings}` };
  const scene = await makeBotScene({
    hosts: { s1: { facts: "role = server\n", others }, rds1: {} },
  });
  const { controller, front, slack } = scene;
  await rollOut(scene);
  const key = await makeKeys();
  const published = publishKeys([{ host: "s1", ...key.publicKey }]);
  need(await controller.writer.write(published));
  await typeAs(scene, "carl", "globals production");
  const values = {
    gv_default_interface_prefix: "https",
    gv_default_interface_prefix_ext: "https",
    gv_conf_use_com_stpd_kill: "https",
  };
  const scanWith = async (change: Partial<GlobalsReport>, isSigned = true): Promise<void> => {
    const globals = async (at: number): Promise<string> => {
      const report = {
        schemaVersion: 1,
        kind: "globals",
        host: "s1",
        repository: controller.repository,
        at,
        read: true,
        values,
        ...change,
      } as const;
      return printGlobalsReport(
        isSigned ? await signGlobalsReport(report, key.signer) : { ...report, signature: null },
      );
    };
    scene.later(120);
    await scan(scene, [], { hosts: ["s1", "rds1"], globals });
    const run = front.actions.runs.at(-1)?.id;
    await until(async () => (await controller.writer.read()).ledger.wire.last?.run === run);
  };
  const status = (): Promise<string> => typeAs(scene, "anna", "status production");
  await scanWith({});
  expect(await status()).toMatch(
    /recorded by carl .* ago\), and read from the Server \d{4}-.* UTC/,
  );
  const differs = { values: { ...values, gv_conf_use_com_stpd_kill: "http" } };
  await scanWith(differs);
  const said =
    "s1: the global setting gv_conf_use_com_stpd_kill is “http” on the Server, and “https” was recorded";
  expect((await readDrift(scene, 1))[0]).toContain(said);
  expect(await status()).toContain(said);
  // Anyone who can change the workflow could leave it, so it proves nothing.
  await scanWith({}, false);
  expect(await status()).toMatch(/recorded by carl .* ago\), but not read from the Servers\./);
  await scanWith({});
  const texts = await readDrift(scene, 2);
  expect(texts).toHaveLength(2);
  expect(texts[0]).toContain("run sesam-harden globals on it again");
  expect(texts[1]).toContain("Resolved: s1.");
  expect(texts[1]).toContain(`run ${front.actions.runs.at(-1)?.id}`);
  expect([...slack.problems, ...front.actions.problems]).toEqual([]);
});

test("a thousand differing hosts with any names fit into one message", () => {
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
  expect(shown).toMatch(/\d+ more groups: .*status production shows all/);
  expect(shown).toContain("and 80 more");
});
