import { expect, test } from "vitest";
import { importRecords } from "../../bot/controller/import-records.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { makeBotScene, until } from "../support/bot.ts";
import { soft } from "../support/rollout.ts";
import { typeAs } from "../support/attacks.ts";

const file = (name: string, hosts: readonly string[], repository: number) => ({
  file: name,
  text: printRecords({
    schemaVersion: 1,
    repository,
    ledger: null,
    environments: [],
    hosts: hosts.map((host) => ({ host, file: soft, proven: null })),
  }),
});

test("a fleet begins with what lies on its hosts", async () => {
  const scene = await makeBotScene({ isSeen: false });
  const { controller } = scene;
  const { repository } = controller;
  expect(await typeAs(scene, "anna", "plan open production")).toContain("never-seen");
  const files = [file("a.json", ["rds1"], repository), file("b.json", ["rds2"], repository)];
  expect(await importRecords(files, controller)).toMatch(
    /^recorded what lies on 2 hosts, at ledger commit [0-9a-f]{40}$/,
  );
  expect(await importRecords(files, controller)).toBe("the ledger says so already");
  const { ledger } = await controller.writer.read();
  expect([...ledger.hosts.values()]).toEqual(
    ["rds1", "rds2"].map((host) => ({ host, file: hashSha256(soft), proven: null })),
  );
  await until(async () =>
    (await typeAs(scene, "anna", "plan open production")).includes("Wave 1 of 2"),
  );
});

test("what is no such file is refused as a whole", async () => {
  const scene = await makeBotScene({ isSeen: false });
  const { controller } = scene;
  const good = file("a.json", ["rds1"], controller.repository);
  const others = [
    [{ file: "x.json", text: "{" }, /^x\.json: /],
    [
      file("x.json", ["rds2"], controller.repository + 1),
      /^x\.json: it is of the repository \d+, not \d+$/,
    ],
    [
      file("x.json", ["rds22"], controller.repository),
      /^x\.json: the config repo has no host rds22; did you mean rds2\?$/,
    ],
    [file("x.json", ["rds1"], controller.repository), /^x\.json: rds1 stands in another file too$/],
  ] as const;
  for (const [other, message] of others) {
    await expect(importRecords([good, other], controller)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(message),
    });
  }
  expect((await controller.writer.read()).ledger.hosts.size).toBe(0);
});
