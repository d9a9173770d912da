import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { verifyLedger } from "../../../../src/core/rollout/ledger/audit.ts";
import { nameRollout } from "../../../../src/core/rollout/ledger/entry.ts";
import { createLedgerWriter } from "../../../../src/core/rollout/ledger/writer.ts";
import type { PublicKey } from "../../../../src/core/formats/jws.ts";
import { createRandom } from "../../../support/builders/random.ts";
import {
  createMemoryLedger,
  decisions,
  entriesOf,
  listingOf,
  makeBook,
  planned,
  start,
  write,
} from "../../../support/fakes/github/ledger.ts";

/** A branch as the previous release wrote it: three requests without names. */
const old: { readonly keys: readonly PublicKey[]; readonly files: Record<string, string> } =
  JSON.parse(
    readFileSync(
      new URL("../../../fixtures/ledger/unnamed-rollouts.json", import.meta.url),
      "utf8",
    ),
  );

test("a ledger of an older release keeps its ids, and new rollouts continue the count", async () => {
  const store = createMemoryLedger();
  const branch = new Map(Object.entries(old.files));
  store.branch.push({ commit: "0".repeat(40), parents: [], files: branch });
  const { keys, tools: own } = await makeBook(store);
  const tools = { ...own, keys: [...old.keys, keys.publicKey] };
  let seconds = start + 1000;
  const clock = { nowSeconds: () => seconds++, wait: async () => {}, random: createRandom(3).next };
  const book = {
    writer: createLedgerWriter({ store, tools, signer: keys.signer, repository: 4711, clock }),
  };

  const pending = "2027-01-15";
  await write(book, decisions.move(pending, { kind: "approve", by: "ben", plan: planned.digest }));
  await write(book, decisions.move(pending, { kind: "dispatch", wave: 1 }));
  await write(book, decisions.move(pending, { kind: "accept", wave: 1, run: 7 }));
  await write(book, decisions.judge(pending, 1));
  await write(book, decisions.move(pending, { kind: "abort", by: "ben", reason: "enough" }));
  const { entry } = await write(book, decisions.request);
  expect(nameRollout(entry)).toBe("production-open-4");

  const files = store.branch.at(-1)?.files ?? branch;
  expect([...files.keys()].filter((path) => path.startsWith("rollouts/")).toSorted()).toEqual([
    "rollouts/2027-01/2027-01-13.json",
    "rollouts/2027-01/2027-01-15.json",
    "rollouts/2027-01/2027-01-2.json",
    "rollouts/2027-01/production-open-4.json",
  ]);
  const commits = store.branch.toReversed();
  const evidence = { commits, entries: entriesOf(files), listing: listingOf(files), files };
  const { ledger, problems } = await verifyLedger(evidence, tools);
  expect(problems).toEqual([]);
  expect([...ledger.rollouts].map(([id, { state }]) => [id, state.kind])).toEqual([
    ["2027-01-2", "succeeded"],
    ["2027-01-13", "denied"],
    ["2027-01-15", "superseded"],
    ["production-open-4", "requested"],
  ]);
});

test("concurrent requests get different numbers", async () => {
  const book = await makeBook();
  const writers = [book.writer, ...Array.from({ length: 5 }, () => book.join())];
  const written = await Promise.all(writers.map(({ write: ask }) => ask(decisions.request)));
  const names = written.map((one) =>
    one.kind === "written" ? nameRollout(one.entry) : one.reason,
  );
  expect(names.toSorted()).toEqual(writers.map((_, index) => `production-open-${index + 1}`));
});
