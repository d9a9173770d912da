import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { createLedgerReader } from "../../../../src/core/rollout/ledger/reader.ts";
import type { LedgerMark, LedgerMemory } from "../../../../src/core/rollout/ledger/store-port.ts";
import { createLedgerWriter } from "../../../../src/core/rollout/ledger/writer.ts";
import { createMemoryLedger, makeBook, write } from "../../../support/fakes/github/ledger.ts";

/** A ledger of twelve long entries, which are therefore in several files. */
async function makeLongLedger(afterEach: () => Promise<void> = async () => {}) {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const hosts = Array.from({ length: 250 }, (_, at) => ({ host: `h${at}`, file: hashSha256("x") }));
  const reader = createLedgerReader(store, book.tools);
  const counts: number[] = [];
  for (let index = 0; index < 12; index++) {
    await write(book, () => ({ by: null, event: { kind: "see", hosts }, files: ["x"] }));
    counts.push((await reader.read()).ledger.sequence);
    await afterEach();
  }
  const paths = [...(store.branch.at(-1)?.files.keys() ?? [])];
  const long = paths.filter((path) => path.startsWith("entries/")).toSorted();
  return { store, reader, counts, long, book };
}

test("starts a new file once the newest one is long, and continues to read there", async () => {
  const { counts, long, store } = await makeLongLedger();
  expect(long.length).toBeGreaterThan(1);
  expect(counts).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  for (const path of long) {
    expect(store.branch.at(-1)?.files.get(path)?.length).toBeLessThan(140 * 1024);
  }
});

test.each([
  { name: "an old file was changed", index: 0, change: (text: string) => `${text}\n` },
  { name: "an old file was deleted", index: 0, change: () => undefined },
  { name: "the newest file was deleted", index: -1, change: () => undefined },
  { name: "the newest file was changed", index: -1, change: (text: string) => text.slice(1) },
  {
    name: "a file was inserted before the newest",
    index: -1,
    change: (text: string) => text,
    extra: true,
  },
])("a reader with earlier entries detects that $name", async ({ index, change, extra = false }) => {
  const { store, reader, long } = await makeLongLedger();
  const files = new Map(store.branch.at(-1)?.files);
  const path = long.at(index) ?? "";
  const text = change(files.get(path) ?? "");
  if (text === undefined) files.delete(path);
  else files.set(path, text);
  if (extra) files.set("entries/0000000000.jws", "");
  const head = store.branch.at(-1)?.commit ?? "";
  store.branch.push({ commit: "f".repeat(40), parents: [head], files });
  await expect(reader.read()).rejects.toThrow(/no longer contains what was read/);
});

/** A ledger of three entries, and what a controller that has ended remembers of it. */
async function makeRemembered() {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const add = async (host: string): Promise<void> => {
    const hosts = [{ host, file: hashSha256("x") }];
    await write(book, () => ({ by: null, event: { kind: "see", hosts }, files: ["x"] }));
  };
  let mark: LedgerMark | undefined;
  const memory: LedgerMemory = {
    recall: () => mark,
    keep: (newest) => {
      mark = newest;
    },
  };
  for (const host of ["a", "b", "c"]) await add(host);
  const restart = () => createLedgerReader(store, book.tools, { memory });
  await restart().read();
  return { store, book, add, memory, restart, read: () => mark };
}

test("continues after a restart from the entry that was read before", async () => {
  const { add, restart, read } = await makeRemembered();
  expect(read()?.sequence).toBe(3);
  await restart().read();
  await add("d");
  const reader = restart();
  expect((await reader.read()).ledger.sequence).toBe(4);
  await add("e");
  await reader.read();
  expect(read()?.sequence).toBe(5);
});

test("remembers an entry that the controller wrote before reading it", async () => {
  const { store, book, memory, read } = await makeRemembered();
  const clock = { nowSeconds: () => 1_800_000_100, wait: async () => {}, random: () => 0.5 };
  const { tools, keys } = book;
  const ports = { store, tools, memory, signer: keys.signer, repository: 4711, clock };
  const hosts = [{ host: "d", file: hashSha256("x") }];
  const draft = { by: null, event: { kind: "see", hosts }, files: ["x"] } as const;
  await createLedgerWriter(ports).write(() => draft);
  expect(read()).toEqual({
    sequence: 4,
    digest: (await book.writer.read()).ledger.tip,
  });
});

test.each([
  { name: "a shorter branch", keeps: 2, adds: [] },
  { name: "no branch", keeps: 0, adds: [] },
  { name: "another branch", keeps: 0, adds: ["a", "b", "c", "d"] },
  { name: "a branch that was reset and has new entries", keeps: 2, adds: ["x", "y"] },
])("refuses $name after a restart", async ({ keeps, adds }) => {
  const { store, book, restart, read } = await makeRemembered();
  const before = read();
  store.branch.splice(keeps);
  // A controller without memory trusts the branch, and continues.
  const forgetful = { writer: book.join() };
  for (const host of adds) {
    const hosts = [{ host, file: hashSha256("x") }];
    await write(forgetful, () => ({ by: null, event: { kind: "see", hosts }, files: ["x"] }));
  }
  const reader = restart();
  await expect(reader.read()).rejects.toThrow(
    `the ledger cannot be trusted: the branch: it is shorter than, or differs from, what this controller read before its restart (entry 3, SHA-256 ${before?.digest})`,
  );
  await expect(reader.read()).rejects.toThrow(/shorter than, or differs from/);
  expect(read()).toEqual(before);
});

test("refuses an entry that is more than five minutes ahead of GitHub's time", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const hosts = [{ host: "a", file: hashSha256("x") }];
  await write(book, () => ({ by: null, event: { kind: "see", hosts }, files: ["x"] }));
  const { at } = (await book.writer.read()).ledger;
  let now = at - 301;
  const reader = createLedgerReader(store, book.tools, { nowSeconds: () => now });
  await expect(reader.read()).rejects.toThrow(
    /entry 1: an entry is dated more than five minutes in the future \(2027-/,
  );
  now = at - 300;
  expect((await reader.read()).ledger.sequence).toBe(1);
});
