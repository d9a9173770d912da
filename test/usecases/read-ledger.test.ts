import { expect, test } from "vitest";
import { hashSha256 } from "../../src/adapters/hashes.ts";
import { createLedgerReader } from "../../src/usecases/read-ledger.ts";
import { createMemoryLedger, makeBook, write } from "../support/ledger.ts";

/** A ledger of twelve entries that are long, and so lie in several files. */
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

test("entries go to a new file once the newest is long, and are read on from there", async () => {
  const { counts, long, store } = await makeLongLedger();
  expect(long.length).toBeGreaterThan(1);
  expect(counts).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  for (const path of long) {
    expect(store.branch.at(-1)?.files.get(path)?.length).toBeLessThan(140 * 1024);
  }
});

test.each([
  { name: "an old file was changed", index: 0, change: (text: string) => `${text}\n` },
  { name: "an old file is gone", index: 0, change: () => undefined },
  { name: "the newest file is gone", index: -1, change: () => undefined },
  { name: "the newest file was changed", index: -1, change: (text: string) => text.slice(1) },
  {
    name: "a file was put before the newest",
    index: -1,
    change: (text: string) => text,
    extra: true,
  },
])("who read it before sees that $name", async ({ index, change, extra = false }) => {
  const { store, reader, long } = await makeLongLedger();
  const files = new Map(store.branch.at(-1)?.files);
  const path = long.at(index) ?? "";
  const text = change(files.get(path) ?? "");
  if (text === undefined) files.delete(path);
  else files.set(path, text);
  if (extra) files.set("entries/0000000000.jws", "");
  const head = store.branch.at(-1)?.commit ?? "";
  store.branch.push({ commit: "f".repeat(40), parents: [head], files });
  await expect(reader.read()).rejects.toThrow(/no longer has what was read/);
});
