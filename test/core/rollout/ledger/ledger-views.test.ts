import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import {
  readLedgerRecords,
  createRecordsSource,
} from "../../../../src/core/rollout/ledger/plan-source.ts";
import { moveEnvironment, seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import {
  createTreeSource,
  isOfLedgerView,
} from "../../../../src/core/rollout/ledger/tree-source.ts";
import {
  createMemoryLedger,
  makeBook,
  outside,
  write,
  writeRollout,
} from "../../../support/fakes/github/ledger.ts";

test("a plan reads the same from a checkout of the branch as from the entries", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  await writeRollout(book);
  const file = "[x]\r\na=\xe4\n";
  await write(book, seeHosts([{ host: "W\u00f6rms %host", file: hashSha256(file) }], [file]));
  const freeze = { kind: "freeze", by: "anna", reason: "\u00fcber Nacht", until: null } as const;
  await write(
    book,
    moveEnvironment("production", freeze, () => outside.standingOf),
  );

  const head = store.branch.at(-1);
  const records = await readLedgerRecords(undefined, store, book.tools);
  if (head === undefined || records === undefined) throw new Error("nothing was written");
  const fromEntries = await createRecordsSource(records).read("production");
  const entries = [...head.files]
    .filter(([path]) => isOfLedgerView(path))
    .map(([path, bytes]) => [path, { kind: "file", bytes }] as const);
  const tree = { commit: head.commit, entries: new Map(entries) };
  const fromTree = await createTreeSource(tree, hashSha256).read("production");
  expect(fromTree.commit).toBe(fromEntries.commit);
  expect(fromTree.environment).toEqual(fromEntries.environment);
  expect(new Map(fromTree.hosts)).toEqual(new Map(fromEntries.hosts));
  expect(fromTree.hosts.size).toBe(4);
});
