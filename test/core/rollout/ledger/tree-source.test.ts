import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import {
  createTreeSource,
  isOfLedgerView,
} from "../../../../src/core/rollout/ledger/tree-source.ts";
import { ledgerFilesOf } from "../../../support/builders/ledger-tree.ts";
import { proofOf, soft } from "../../../support/builders/rollout.ts";

const commit = "e".repeat(40);
const hosts = [
  { host: "rds1", file: `${soft}# caf\xe9\r\n`, proven: proofOf("open") },
  { host: "W\u00f6rms host", file: soft, proven: null },
];
const production = { ...newEnvironment("production"), globals: "a".repeat(64) };
const whole = ledgerFilesOf({ environments: [production], hosts, plans: ["{}"] });

const sourceOf = (files: Readonly<Record<string, string>>) => {
  const entries = Object.entries(files)
    .filter(([path]) => isOfLedgerView(path))
    .map(([path, bytes]) => [path, { kind: "file", bytes }] as const);
  return createTreeSource({ commit, entries: new Map(entries) }, hashSha256);
};

test("returns every host with its file, and the environment", async () => {
  const view = await sourceOf(whole).read("production");
  expect(view.commit).toBe(commit);
  expect(view.environment).toEqual(production);
  expect(view.hosts.size).toBe(2);
  for (const record of hosts) expect(view.hosts.get(record.host)).toEqual(record);
});

test("an environment that does not exist yet is a new one", async () => {
  expect((await sourceOf(whole).read("lab")).environment).toEqual(newEnvironment("lab"));
});

const filePath = Object.keys(whole).find((path) => path.startsWith("files/")) ?? "";
const hostPath = "hosts/rds1.json";
test.each([
  { name: "a file that was changed", change: { [filePath]: "[x]\n" } },
  { name: "a host with an invalid record", change: { [hostPath]: "{}" } },
  {
    name: "a host with an extra field",
    change: { [hostPath]: whole[hostPath]?.replace("{", '{"a":1,') ?? "" },
  },
  {
    name: "an environment with an invalid record",
    change: { "environments/production.json": "null" },
  },
  {
    name: "an environment under another's name",
    change: ledgerFilesOf({ environments: [{ ...production }], hosts: [] }),
    as: "lab",
  },
])("does not read $name", async ({ change, as = "production" }) => {
  const files: Record<string, string> = { ...whole, ...change };
  if (as === "lab") files["environments/lab.json"] = whole["environments/production.json"] ?? "";
  await expect(sourceOf(files).read(as)).rejects.toMatchObject({ code: "broke" });
});

test("does not treat a missing file as an empty one", async () => {
  const files = Object.fromEntries(Object.entries(whole).filter(([path]) => path !== filePath));
  await expect(sourceOf(files).read("production")).rejects.toMatchObject({ code: "broke" });
});

test("returns files by digest, and refuses changed ones", () => {
  const digest = hashSha256(soft);
  expect(sourceOf(whole).readFiles([digest])).toEqual(new Map([[digest, soft]]));
  expect(() => sourceOf(whole).readFiles(["0".repeat(64)])).toThrow("does not match its SHA-256");
  const changed = { ...whole, [`files/${digest.slice(0, 2)}/${digest}.ini`]: "[x]\n" };
  expect(() => sourceOf(changed).readFiles([digest])).toThrow("does not match its SHA-256");
});
