import { expect, test } from "vitest";
import { makeBotScene, until } from "../support/harness/bot.ts";
import { hardened, probeOf, withPort } from "../support/builders/observations.ts";
import { makeZip } from "../support/builders/zip.ts";
import { renderJson } from "../../src/core/report/render.ts";
import { nothingRelaxed } from "../support/builders/relaxed.ts";

test("results of a verify run are recorded, and shown with ports and TLS of a host", async () => {
  const scene = await makeBotScene();
  const { front, controller } = scene;
  const probes = [
    { ...probeOf(withPort("http", "open")), host: "rds1" },
    { ...probeOf(hardened), host: "rds2" },
  ];
  const hosts = probes.map(({ host }, index) => {
    const verdict = index === 0 ? "partial" : "hardened";
    return { name: host, role: "rds", environment: "production", verdict } as const;
  });
  const report = renderJson({
    findings: [],
    hosts,
    failOn: () => "error",
    probes,
    relaxed: nothingRelaxed,
  });
  front.actions.start({
    event: "schedule",
    path: ".github/workflows/sesam-verify.yml",
    status: "completed",
    artifacts: [
      { id: 1, name: "sesam-harden-verify", archive: makeZip({ "verify.json": report }) },
    ],
  });
  await until(async () => (await controller.writer.read()).ledger.wire.hosts.size === 2);
  const ask = async (words: string): Promise<string> => {
    const before = scene.replies.length;
    await scene.type("dora", words);
    return (await until(() => scene.replies[before])).text;
  };
  expect(await ask("status")).toContain("Fleet: 1 of 2 hosts hardened");
  const shown = await ask("status rds1");
  expect(shown).toContain("rds1: partial");
  expect(shown).toMatch(
    /Probed [^:]+: https \d+ open, http \d+ open, ftp \d+ closed\. TLS: .*TLS1\.2 accepted/,
  );
  expect(shown).toContain("Certificate valid until ");
  // The report is fetched once.
  const downloads = (): number =>
    front.actions.requests.filter((line) => line.includes("/actions/artifacts/")).length;
  const before = downloads();
  expect(await ask("status rds2")).toContain("rds2: hardened");
  expect(downloads()).toBe(before);
  expect([...scene.slack.problems, ...front.actions.problems]).toEqual([]);
});
