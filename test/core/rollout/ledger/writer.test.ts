import { expect, test } from "vitest";
import { readLedgerAt } from "../../../../src/core/rollout/ledger/reader.ts";
import { verifyLedger } from "../../../../src/core/rollout/ledger/audit.ts";
import {
  createMemoryLedger,
  decisions,
  entriesOf,
  listingOf,
  makeBook,
  outside,
  planned,
  waitFast,
  write,
  writeRollout,
  type MemoryLedger,
} from "../../../support/fakes/github/ledger.ts";
import { moveEnvironment, seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import {
  createLedgerWriter,
  type LedgerCommand,
} from "../../../../src/core/rollout/ledger/writer.ts";
import { createRandom } from "../../../support/builders/random.ts";

const audit = (store: MemoryLedger, tools: Parameters<typeof verifyLedger>[1]) => {
  const files = new Map(store.branch.at(-1)?.files);
  const entries = entriesOf(files);
  const listing = listingOf(files);
  return verifyLedger({ commits: store.branch.toReversed(), entries, listing, files }, tools);
};

test("writes a rollout from request to end, and passes the audit", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const id = await writeRollout(book);
  const { ledger, problems } = await audit(store, book.tools);
  expect(problems).toEqual([]);
  expect(ledger.sequence).toBe(12);
  expect(store.branch.length).toBe(12);
  expect(store.branch[0]?.parents).toEqual([]);
  expect(ledger.rollouts.get(id)?.state).toEqual({ kind: "succeeded" });
  expect(ledger.environments.get("production")?.rollout).toBeNull();
  const file = planned.plan.hosts.find(({ name }) => name === "rds2")?.file;
  expect(ledger.hosts.get("rds2")).toEqual({
    host: "rds2",
    file,
    proven: { phase: "open", plan: planned.digest, rollout: id, wave: 2 },
  });
});

const findings = (file: string): LedgerCommand =>
  seeHosts([{ host: "x", file: hashSha256(file) }], [file]);

test("twenty concurrent writers lose and duplicate nothing", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store, waitFast);
  const written = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      book.join().write(findings(`[file]\nnumber=${index}\n`)),
    ),
  );
  expect(written.map(({ kind }) => kind)).toEqual(Array(20).fill("written"));
  const { problems } = await audit(store, book.tools);
  expect(problems).toEqual([]);
  const { entries } = await readLedgerAt(await store.readHead(), store, book.tools);
  expect(new Set(entries.map(({ entry }) => JSON.stringify(entry.event))).size).toBe(20);
  expect(entries.length).toBe(20);
});

test("of two concurrent requests one succeeds, and the other is refused with a reason", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const id = "production-open-1";
  await write(book, decisions.request);
  const approve = decisions.move(id, { kind: "approve", by: "ben", plan: planned.digest });
  const [one, two] = await Promise.all([book.writer.write(approve), book.join().write(approve)]);
  expect(
    [one, two].map((each) => (each.kind === "refused" ? each.reason : each.kind)).toSorted(),
  ).toEqual(["approved-already", "written"]);
});

test("of two controllers with one key and the same decision only one writes", async () => {
  const store = createMemoryLedger();
  const { keys, tools } = await makeBook(store);
  const random = createRandom(3).next;
  const clock = { nowSeconds: () => 1_800_000_000, wait: async () => {}, random };
  const join = () =>
    createLedgerWriter({ store, tools, signer: keys.signer, repository: 4711, clock });
  await join().write(decisions.request);
  const approve = decisions.move("production-open-1", {
    kind: "approve",
    by: "ben",
    plan: planned.digest,
  });
  const both = await Promise.all([join().write(approve), join().write(approve)]);
  expect(both.map(({ kind }) => kind).toSorted()).toEqual(["refused", "written"]);
});

test.each(["made", "lost"] as const)(
  "an answer that gets lost (%s) duplicates nothing",
  async (fault) => {
    const store = createMemoryLedger();
    const book = await makeBook(store);
    store.faults.push(fault);
    const { entry, commit } = await write(book, findings("a"));
    expect(entry.sequence).toBe(1);
    expect(commit).toBe(store.branch.at(-1)?.commit);
    expect(store.branch.length).toBe(1);
    expect(book.waits.length).toBe(1);
  },
);

test("gives up after some tries without writing", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  store.faults.push(...Array(32).fill("lost"));
  expect(await book.writer.write(findings("a"))).toEqual({
    kind: "refused",
    reason: "ledger-busy",
  });
  expect(store.branch).toEqual([]);
  expect(book.waits.every((wait, index) => wait <= Math.min(16_000, 1000 * 2 ** index))).toBe(true);
});

test("a newer request replaces one without approvals", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  await write(book, decisions.request);
  const { ledger } = await write(book, decisions.request);
  expect(ledger.rollouts.get("production-open-1")?.state).toEqual({ kind: "superseded" });
  expect(ledger.environments.get("production")?.rollout?.id).toBe("production-open-2");
  expect((await audit(store, book.tools)).problems).toEqual([]);
});

test("a host is no longer verified once a different file was seen", async () => {
  const book = await makeBook();
  await writeRollout(book);
  const { ledger } = await write(book, seeHosts([{ host: "rds1", file: hashSha256("x") }], ["x"]));
  expect(ledger.hosts.get("rds1")?.proven).toBeNull();
  expect(ledger.hosts.get("s1")?.proven).not.toBeNull();
});

test("a frozen environment refuses requests", async () => {
  const book = await makeBook();
  const freeze = { kind: "freeze", by: "anna", reason: "audit", until: null } as const;
  await write(
    book,
    moveEnvironment("production", freeze, () => outside.standingOf),
  );
  expect(await book.writer.write(decisions.request)).toEqual({ kind: "refused", reason: "frozen" });
});

test("does not write an entry without its files", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const nameless = seeHosts([{ host: "a", file: "0".repeat(64) }], []);
  await expect(book.writer.write(nameless)).rejects.toThrow(/nothing was written/);
  expect(store.branch).toEqual([]);
});

test("a slow clock never writes an entry older than the previous one", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const first = await write(book, findings("a"));
  book.setClock(first.entry.at - 200);
  const second = await write(book, findings("b"));
  expect(second.entry.at).toBe(first.entry.at);
});

test("writes nothing after an entry from the future", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const first = await write(book, findings("a"));
  const other = { writer: book.join() };
  book.setClock(first.entry.at - 500);
  await expect(write(other, findings("b"))).rejects.toThrow(/more than five minutes in the future/);
  expect(store.branch.length).toBe(1);
});

test("does not write a request that differs from its plan", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const another: LedgerCommand = async (ledger, moment) => {
    const draft = await decisions.request(ledger, moment);
    if (typeof draft === "string" || draft.event.kind !== "request") return "nothing-to-do";
    return { ...draft, event: { ...draft.event, waves: [["rds1"]] } };
  };
  await expect(book.writer.write(another)).rejects.toThrow(/nothing was written/);
  expect(store.branch).toEqual([]);
});

test("does not write an entry that readers would reject", async () => {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const before = store.branch.length;
  const strange = { kind: "freeze", by: "anna", reason: "x", until: -5 } as const;
  const decide = () => ({
    by: "anna",
    event: { kind: "environment", environment: "production", event: strange } as const,
  });
  await expect(book.writer.write(decide)).rejects.toThrow(/nothing was written to the ledger/);
  expect(store.branch.length).toBe(before);
});
