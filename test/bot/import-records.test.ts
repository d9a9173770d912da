import { expect, test } from "vitest";
import { importRecords } from "../../bot/controller/import-records.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import type { PublicKey } from "../../src/core/formats/jws.ts";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { makeBotScene, until } from "../support/harness/bot.ts";
import { soft } from "../support/builders/rollout.ts";
import { makeKeys } from "../support/builders/tickets.ts";
import { typeAs } from "../support/harness/attacks.ts";
import type { HostKey } from "../../src/core/rollout/state/host-keys.ts";

const file = (
  name: string,
  hosts: readonly string[],
  repository: number,
  keys: readonly HostKey[] = [],
) => ({
  file: name,
  text: printRecords({
    schemaVersion: 1,
    repository,
    ledger: null,
    environments: [],
    hosts: hosts.map((host) => ({ host, file: soft, proven: null })),
    ...(keys.length === 0 ? {} : { keys }),
  }),
});

test("imports the files on the hosts as the first records of a fleet", async () => {
  const scene = await makeBotScene({ isSeen: false });
  const { controller } = scene;
  const { repository } = controller;
  expect(await typeAs(scene, "anna", "plan open production")).toContain("never-seen");
  const files = [file("a.json", ["rds1"], repository), file("b.json", ["rds2"], repository)];
  expect(await importRecords(files, controller)).toMatch(
    /^recorded the files of 2 hosts, at ledger commit [0-9a-f]{40}$/,
  );
  expect(await importRecords(files, controller)).toBe(
    "nothing to record: the ledger is up to date",
  );
  const { ledger } = await controller.writer.read();
  expect([...ledger.hosts.values()]).toEqual(
    ["rds1", "rds2"].map((host) => ({ host, file: hashSha256(soft), proven: null })),
  );
  await until(async () =>
    (await typeAs(scene, "anna", "plan open production")).includes("Wave 1 of 2"),
  );
});

const [first, second] = [(await makeKeys()).publicKey, (await makeKeys()).publicKey];

test("records the keys of hosts, and the new key of a reinstalled host", async () => {
  const { controller } = await makeBotScene({ isSeen: true });
  const { repository } = controller;
  const keysOf = async () => (await controller.writer.read()).ledger.keys;
  const give = (host: string, key: PublicKey) =>
    file(`${host}.json`, [host], repository, [{ host, ...key }]);
  expect(await importRecords([give("rds1", first)], controller)).toMatch(
    /^recorded the keys of 1 host, at ledger commit [0-9a-f]{40}$/m,
  );
  expect(await importRecords([give("rds1", first)], controller)).toBe(
    "nothing to record: the ledger is up to date",
  );
  // Records of an older program remove no key, so that they cannot bypass the signature.
  await importRecords([file("rds1.json", ["rds1"], repository)], controller);
  expect(await keysOf()).toEqual(new Map([["rds1", first]]));
  await importRecords([give("rds1", second)], controller);
  expect(await keysOf()).toEqual(new Map([["rds1", second]]));
});

test("one key on two hosts is reported at once", async () => {
  const { controller } = await makeBotScene({ isSeen: true });
  const { repository } = controller;
  const twins = ["rds1", "rds2"].map((host) =>
    file(`${host}.json`, [host], repository, [{ host, ...first }]),
  );
  const told = await importRecords(twins, controller);
  expect(told).toContain(
    "WARNING: rds1 has the same key as rds2, so no report of these hosts counts",
  );
  expect(told).toContain("WARNING: rds2 has the same key as rds1");
});

test("a malformed file is refused as a whole", async () => {
  const scene = await makeBotScene({ isSeen: false });
  const { controller } = scene;
  const good = file("a.json", ["rds1"], controller.repository);
  const others = [
    [{ file: "x.json", text: "{" }, /^x\.json: /],
    [
      file("x.json", ["rds2"], controller.repository + 1),
      /^x\.json: it is for repository \d+, expected \d+$/,
    ],
    [
      file("x.json", ["rds22"], controller.repository),
      /^x\.json: unknown host rds22: it is not in the config repo; did you mean rds2\?$/,
    ],
    [file("x.json", ["rds1"], controller.repository), /^x\.json: rds1 is also in another file$/],
    [
      file("x.json", ["rds2"], controller.repository, [{ host: "s1", ...first }]),
      /^x\.json: it has a key of s1, but no file of that host$/,
    ],
  ] as const;
  for (const [other, message] of others) {
    await expect(importRecords([good, other], controller)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(message),
    });
  }
  expect((await controller.writer.read()).ledger.hosts.size).toBe(0);
});
