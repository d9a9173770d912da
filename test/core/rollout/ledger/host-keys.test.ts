import { expect, test } from "vitest";
import { readLedgerAt } from "../../../../src/core/rollout/ledger/reader.ts";
import { printLedgerCsv, renderLedgerLog } from "../../../../src/core/report/ledger-rows.ts";
import { findUnproven } from "../../../../src/core/rollout/controller/compare-target.ts";
import { auditLedger } from "../../../../src/core/rollout/ledger/run-audit.ts";
import { publishKeys, recordSight } from "../../../../src/core/rollout/ledger/commands.ts";
import { readLedgerRecords } from "../../../../src/core/rollout/ledger/plan-source.ts";
import {
  createMemoryLedger,
  decisions,
  makeBook,
  planned,
  write,
} from "../../../support/fakes/github/ledger.ts";
import { makeKeys } from "../../../support/builders/tickets.ts";

const [first, second] = [(await makeKeys()).publicKey, (await makeKeys()).publicKey];
const names = planned.plan.hosts.map(({ name }) => name);

test("publishes each key once, and a new key replaces the old one", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  await write(book, decisions.see);
  const records = () => readLedgerRecords(undefined, store, book.tools);
  // An export without keys is unchanged.
  expect(Object.keys((await records()) ?? {})).not.toContain("keys");
  const views = [...(store.branch.at(-1)?.files.keys() ?? [])];
  const own = [
    { host: "rds1", ...first },
    { host: "rds2", ...first },
  ];
  await write(book, publishKeys(own));
  expect(await book.writer.write(publishKeys(own))).toEqual({
    kind: "refused",
    reason: "nothing-to-do",
  });
  const renewed = { host: "rds1", ...second };
  const { event } = (await write(book, publishKeys([...own.slice(1), renewed]))).entry;
  expect(event).toEqual({ kind: "keys", hosts: [renewed] });
  expect((await book.writer.read()).ledger.keys).toEqual(
    new Map([
      ["rds1", second],
      ["rds2", first],
    ]),
  );
  expect((await records())?.keys).toEqual([renewed, own[1]]);
  // Files that older releases read from the branch are unchanged.
  expect([...(store.branch.at(-1)?.files.keys() ?? [])]).toEqual(views);
  const audit = await auditLedger({ remembered: undefined }, { store, tools: book.tools });
  expect(audit.problems).toEqual([]);
  const { entries } = await readLedgerAt(await store.readHead(), store, book.tools);
  expect(renderLedgerLog(entries)).toContain("(controller)  keys of 2 hosts\n");
  expect(printLedgerCsv(entries, audit.ledger)).toContain(
    `"keys","","","","","rds1","","${second.kid}"`,
  );
});

// The runner that scans, or an attacker who holds it, can report anything about every host.
test("a verify run that found every host hardened verifies none of them", async () => {
  const book = await makeBook();
  await write(book, decisions.see);
  const seen = names.map((host) => ({ host, verdict: "hardened", rules: [] }) as const);
  await write(book, recordSight({ run: 7, began: 1_800_000_000, at: 1_800_000_000 }, seen));
  const { ledger } = await book.writer.read();
  expect(ledger.wire.hosts.size).toBe(names.length);
  expect(findUnproven(names, ledger.hosts, [])).toEqual(names);
});
