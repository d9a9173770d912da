import {
  verifyLedger,
  type LedgerEvidence,
  type RememberedCommit,
} from "../../../src/core/rollout/ledger/audit.ts";
import {
  readEntry,
  signEntry,
  type LedgerEntry,
  type LedgerEvent,
} from "../../../src/core/rollout/ledger/entry.ts";
import {
  createMemoryLedger,
  entriesOf,
  listingOf,
  makeBook,
  writeRollout,
} from "../fakes/github/ledger.ts";

interface Change extends Partial<Omit<LedgerEvidence, "entries" | "remembered">> {
  readonly entries?: readonly string[];
  readonly remembered?: Pick<RememberedCommit, "commit" | "entries">;
}

/** A complete ledger of twelve entries, and ways to forge it. */
export async function makeEvidence() {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  await writeRollout(book);
  const files = store.branch.at(-1)?.files ?? new Map<string, string>();
  const entries = entriesOf(files);
  const commits = store.branch.toReversed();
  const whole: LedgerEvidence = { commits, entries, listing: listingOf(files), files };

  const judge = async ({ remembered, ...change }: Change): Promise<readonly string[]> => {
    const current = change.entries ?? entries;
    const evidence = { ...whole, ...change, remembered: remembered && { ...remembered, current } };
    const { problems } = await verifyLedger(evidence, book.tools);
    return problems.map(({ reason, where }) => `${reason} ${where}`);
  };

  function open(index: number): LedgerEntry {
    const reading = readEntry(entries[index] ?? "", book.tools.keys);
    if (reading.kind === "refused") throw new Error(reading.reason);
    return reading.entry;
  }

  /** The chain with one entry changed, signed with any key. */
  const resign = async (
    index: number,
    change: Partial<LedgerEntry>,
    { signer } = book.keys,
  ): Promise<readonly string[]> =>
    entries.with(index, await signEntry({ ...open(index), ...change }, signer));

  const end = entries.length - 1;
  /** The chain with additional entries, signed by the controller. */
  const addAll = async (
    events: readonly (readonly [LedgerEvent, string | null])[],
  ): Promise<readonly string[]> => {
    const chain = [...entries];
    for (const [event, by] of events) {
      const previous = book.tools.hash(chain.at(-1) ?? "");
      const entry = { ...open(end), sequence: chain.length + 1, previous, by, event };
      chain.push(await signEntry(entry, book.keys.signer));
    }
    return chain;
  };
  const add = (event: LedgerEvent, by: string | null = "anna"): Promise<readonly string[]> =>
    addAll([[event, by]]);
  return { book, store, files, entries, commits, whole, judge, open, resign, end, add, addAll };
}
