import { expect, test } from "vitest";
import { readPlanOf } from "../../bot/look-up.ts";
import { hashSha256 } from "../../src/adapters/hashes.ts";
import { filePath } from "../../src/core/rollout/ledger-files.ts";
import type { LedgerState } from "../../src/usecases/read-ledger.ts";
import { makeBook, planned, writeRollout, type Book } from "../support/ledger.ts";

/** Shows the plan of a rollout from a ledger whose files can be made to lie. */
async function showPlan({ writer, store }: Pick<Book, "writer" | "store">, id: string) {
  const { rollouts } = (await writer.read()).ledger;
  const rollout = rollouts.get(id);
  if (rollout === undefined) throw new Error("no rollout");
  return readPlanOf(rollout, { writer, store, hash: hashSha256 });
}

const [change] = planned.changes;
if (change === undefined) throw new Error("no host");
const path = filePath(hashSha256(change.after));

test("a plan is shown with the files as they lie in the ledger", async () => {
  const book = await makeBook();
  const { changes } = await showPlan(book, await writeRollout(book));
  const { name, before, after } = change;
  expect(changes[0]).toMatchObject({ name, before, after });
});

test("a file that is missing, or another, is never shown as an empty one", async () => {
  const book = await makeBook();
  const id = await writeRollout(book);
  const read = async (): Promise<LedgerState> => {
    const state = await book.writer.read();
    return { ...state, listing: new Map([...state.listing].filter(([name]) => name !== path)) };
  };
  await expect(showPlan({ ...book, writer: { ...book.writer, read } }, id)).rejects.toThrow(path);
  const blob = (await book.writer.read()).listing.get(path);
  const store: Book["store"] = {
    ...book.store,
    read: async (names) => {
      const contents = await book.store.read(names);
      return names.map((name, index) => (name === blob ? "" : (contents[index] ?? "")));
    },
  };
  await expect(showPlan({ ...book, store }, id)).rejects.toThrow(path);
});
