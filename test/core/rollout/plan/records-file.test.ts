import { expect, test } from "vitest";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import {
  printRecords,
  readRecords,
  type RecordsFile,
} from "../../../../src/core/rollout/plan/records-file.ts";
import { createRecordsSource, noLedger } from "../../../../src/core/rollout/ledger/plan-source.ts";
import { proofOf, soft } from "../../../support/builders/rollout.ts";

const records: RecordsFile = {
  schemaVersion: 1,
  repository: 4711,
  ledger: "e".repeat(40),
  environments: [
    newEnvironment("lab"),
    {
      environment: "production",
      frozen: { by: "anna", reason: "Christmas", until: 1_800_000_000 },
      locked: { rollout: "2026-11-3", requester: "ben", reason: "wave 1: rds1 bad" },
      rollout: { id: "2026-11-9", replaceable: true },
      globals: "a".repeat(64),
    },
  ],
  hosts: [
    { host: "rds1", file: `${soft}# caf\xe9 \x00\r\n`, proven: null },
    { host: "W\u00f6rms", file: "", proven: proofOf("close") },
  ],
};
const text = printRecords(records);

test("printed records are read back, in any JSON layout", () => {
  expect(readRecords(text)).toEqual({ kind: "records", records });
  expect(readRecords(JSON.stringify(records, null, 2))).toEqual({ kind: "records", records });
});

const key = (host: string) => ({ host, kid: "k".repeat(43), x: "x".repeat(43) });
const keyed: RecordsFile = { ...records, keys: [key("rds1"), key("W\u00f6rms")] };

test("it may contain public keys of hosts", () => {
  expect(readRecords(printRecords(keyed))).toEqual({ kind: "records", records: keyed });
});

test("a source returns the records of an environment, and of every host", async () => {
  const view = await createRecordsSource(records).read("production");
  expect(view).toMatchObject({ commit: records.ledger, environment: records.environments[1] });
  expect([...view.hosts.values()]).toEqual(records.hosts);
  expect((await createRecordsSource(records).read("new")).environment).toEqual(
    newEnvironment("new"),
  );
  expect(await noLedger.read("lab")).toEqual({
    commit: null,
    environment: newEnvironment("lab"),
    hosts: new Map(),
  });
});

test.each([
  { name: "no JSON", wrong: "records" },
  { name: "a repeated key", wrong: text.replace("{", '{"ledger":null,') },
  { name: "a fraction", wrong: text.replace("4711", "47.11") },
  { name: "another version", wrong: printRecords({ ...records, schemaVersion: 2 as 1 }) },
  { name: "an additional member", wrong: text.replace("{", '{"more":1,') },
  {
    name: "a host twice",
    wrong: printRecords({ ...records, hosts: [...records.hosts, ...records.hosts] }),
  },
  {
    name: "an environment twice",
    wrong: printRecords({ ...records, environments: [newEnvironment("a"), newEnvironment("a")] }),
  },
  { name: "text that is not a byte", wrong: text.replace(/"file":"[^"]/, '"file":"\u20ac') },
  { name: "a key of a host twice", wrong: printRecords({ ...keyed, keys: [key("a"), key("a")] }) },
  {
    name: "an invalid key",
    wrong: printRecords({ ...keyed, keys: [{ ...key("a"), x: "x" }] }),
  },
  {
    name: "a private key",
    wrong: printRecords(keyed).replace('"kid":', '"d":"x","kid":'),
  },
  { name: "an unknown phase", wrong: text.replace('"phase":"close"', '"phase":"shut"') },
])("an export with $name is refused", ({ wrong }) => {
  expect(readRecords(wrong).kind).toBe("refused");
});
