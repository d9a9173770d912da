import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyLedger, type LedgerEvidence } from "../../../src/core/rollout/ledger-audit.ts";
import { readEntry, signEntry, type LedgerEntry } from "../../../src/core/rollout/ledger-entry.ts";
import { planPath } from "../../../src/core/rollout/ledger-files.ts";
import { printHeader } from "../../../src/core/rollout/jws.ts";
import { printCanonical } from "../../../src/core/rollout/canonical-json.ts";
import {
  createMemoryLedger,
  entriesOf,
  listingOf,
  makeBook,
  planned,
  writeRollout,
} from "../../support/ledger.ts";
import { encode, forge, makeKeys } from "../../support/tickets.ts";

const store = createMemoryLedger();
const book = await makeBook(store);
await writeRollout(book);
const stranger = await makeKeys();
const files = store.branch.at(-1)?.files ?? new Map<string, string>();
const entries = entriesOf(files);
const commits = store.branch.toReversed();
const whole: LedgerEvidence = { commits, entries, listing: listingOf(files), files };

const judge = async (change: Partial<LedgerEvidence>): Promise<readonly string[]> => {
  const { problems } = await verifyLedger({ ...whole, ...change }, book.tools);
  return problems.map(({ reason, where }) => `${reason} ${where}`);
};

function open(index: number): LedgerEntry {
  const reading = readEntry(entries[index] ?? "", book.tools.keys);
  if (reading.kind === "refused") throw new Error(reading.reason);
  return reading.entry;
}

/** The chain with one entry changed, signed by somebody. */
const resign = async (
  index: number,
  change: Partial<LedgerEntry>,
  { signer } = book.keys,
): Promise<readonly string[]> =>
  entries.with(index, await signEntry({ ...open(index), ...change }, signer));

test("nothing is wrong with what was written", async () => {
  expect(await judge({})).toEqual([]);
  expect(entries.length).toBe(12);
});

const end = entries.length - 1;

test.each([
  { name: "an entry dropped", chain: () => entries.toSpliced(4, 1), is: "ledger-sequence entry 5" },
  { name: "the first dropped", chain: () => entries.slice(1), is: "ledger-sequence entry 1" },
  {
    name: "an entry twice",
    chain: () => entries.toSpliced(4, 0, entries[4] ?? ""),
    is: "ledger-sequence entry 6",
  },
  {
    name: "two exchanged",
    chain: () => entries.with(4, entries[5] ?? "").with(5, entries[4] ?? ""),
    is: "ledger-sequence entry 5",
  },
  {
    name: "one rewritten by a controller's own key",
    chain: () => resign(4, { at: open(4).at + 1 }),
    is: "ledger-chain entry 6",
  },
  {
    name: "the last signed by another key",
    chain: () => resign(end, {}, stranger),
    is: "ledger-key-unknown entry 12",
  },
  {
    name: "of another repository",
    chain: () => resign(end, { repository: 4712 }),
    is: "ledger-repository entry 12",
  },
  {
    name: "older than the one before",
    chain: () => resign(end, { at: 1 }),
    is: "ledger-time entry 12",
  },
  {
    name: "with a date that has no name",
    chain: () => resign(end, { at: 9e12 }),
    is: "ledger-malformed entry 12",
  },
  {
    name: "a person that the event does not name",
    chain: () => resign(2, { by: "carl" }),
    is: "ledger-person entry 3",
  },
  {
    name: "an approval by whoever asked",
    chain: () => {
      const event = { kind: "approve", by: "anna", plan: planned.digest } as const;
      return resign(2, {
        by: "anna",
        event: { kind: "rollout", rollout: "2027-01-2", event, proven: [] },
      });
    },
    is: "ledger-illegal entry 3",
  },
  {
    name: "a wave judged twice",
    chain: async () => {
      const { signer } = book.keys;
      const previous = book.tools.hash(entries[end] ?? "");
      return [...entries, await signEntry({ ...open(end), sequence: 13, previous }, signer)];
    },
    is: "ledger-illegal entry 13",
  },
  {
    name: "good hosts without the files that prove it",
    chain: () => {
      const { event } = open(end);
      if (event.kind !== "rollout") throw new Error("the last entry judges");
      return resign(end, { event: { ...event, proven: [] } });
    },
    is: "ledger-illegal entry 12",
  },
  { name: "no entry at all", chain: () => entries.with(3, "x"), is: "ledger-malformed entry 4" },
])("finds $name", async ({ chain, is }) => {
  expect(await judge({ entries: await chain() })).toContain(is);
});

test("a header that says another thing is refused, whoever signed", async () => {
  const payload = printCanonical(open(end));
  const { kid } = book.keys.publicKey;
  const ticket = forge(printHeader("sesam-harden-ticket", kid), payload, book.keys);
  expect(await judge({ entries: entries.with(end, ticket) })).toEqual(["ledger-header entry 12"]);
  const none = `${encode(printCanonical({ alg: "none", kid, typ: "sesam-harden-ledger" }))}.${encode(payload)}.`;
  expect(await judge({ entries: entries.with(end, none) })).toEqual(["ledger-algorithm entry 12"]);
});

test("whatever character of the chain is changed, it is found", async () => {
  const text = entries.join("\n");
  const alphabet = "ABCdef0123_-.\n";
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...alphabet), async (at, char) => {
      fc.pre(text[at] !== char);
      const changed = `${text.slice(0, at)}${char}${text.slice(at + 1)}`;
      expect(await judge({ entries: changed.split("\n") })).not.toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("whatever order, gaps and doubles the chain gets, it is found", async () => {
  const anyChain = fc.array(fc.nat(end), { maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(anyChain, async (order) => {
      const isPrefix = order.every((index, at) => index === at);
      const remembered = { commit: commits[0]?.commit ?? "", entries };
      fc.pre(!isPrefix || order.length < entries.length);
      const chain = order.map((index) => entries[index] ?? "");
      // Only what was remembered elsewhere tells that the newest entries are gone.
      expect(await judge({ entries: chain, remembered })).not.toEqual([]);
    }),
    { numRuns: 150 },
  );
});

const last = commits[0]?.commit ?? "";

test("a chain that was cut off, with files to match, shows against what is remembered", async () => {
  const [, , , cut] = commits;
  const old = store.branch.find(({ commit }) => commit === cut?.commit)?.files ?? files;
  const shorter = {
    commits: commits.slice(3),
    entries: entriesOf(old),
    listing: listingOf(old),
    files: old,
  };
  expect(await judge(shorter)).toEqual([]);
  expect(await judge({ ...shorter, remembered: { commit: last, entries: [] } })).toEqual([
    `ledger-head commit ${last}`,
  ]);
  const remembered = { commit: cut?.commit ?? "", entries: entriesOf(old) };
  expect(await judge({ remembered })).toEqual([]);
});

const withFile = (path: string, bytes: string | undefined): Partial<LedgerEvidence> => {
  const changed = new Map(files);
  if (bytes === undefined) changed.delete(path);
  else changed.set(path, bytes);
  return { files: changed, listing: listingOf(changed) };
};

test("every file that is changed, gone or too much is found", async () => {
  const others = [...files.keys()].filter((path) => !path.startsWith("entries/"));
  expect(others.map((path) => path.split("/")[0])).toEqual(
    expect.arrayContaining(["environments", "files", "hosts", "plans", "rollouts"]),
  );
  for (const path of others) {
    const isPlan = path === planPath(planned.digest);
    const is = isPlan ? "ledger-plan entry 2" : `ledger-file ${path}`;
    expect(await judge(withFile(path, `${files.get(path)} `)), path).toEqual([is]);
    expect(await judge(withFile(path, undefined)), path).toEqual([is]);
  }
  for (const path of ["README.md", "hosts/x.json", "plans/00/x.json"]) {
    expect(await judge(withFile(path, ""))).toEqual([`ledger-stray ${path}`]);
  }
});

test("a file proven that the plan does not bring is found", async () => {
  const { event } = open(end);
  if (event.kind !== "rollout") throw new Error("the last entry judges");
  const other = planned.plan.hosts.find(({ name }) => name === "s1")?.before ?? "";
  const proven = event.proven.map(({ host }) => ({ host, file: other }));
  const chain = await resign(end, { event: { ...event, proven } });
  expect(await judge({ entries: chain })).toContain("ledger-results entry 12");
});

test.each([
  { name: "a merge", parents: ["a", "b"] },
  { name: "a second root", parents: [] },
  { name: "another parent", parents: ["a"] },
])("finds $name in the history", async ({ parents }) => {
  const { commit = "" } = commits[3] ?? {};
  const forked = commits.with(3, { commit, parents, files });
  expect(await judge({ commits: forked })).toEqual([`ledger-forked commit ${commit}`]);
  const shallow = commits.slice(0, -1);
  expect((await judge({ commits: shallow })).length).toBe(1);
});
