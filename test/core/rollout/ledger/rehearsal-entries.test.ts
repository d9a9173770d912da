import { expect, test } from "vitest";
import { readLedgerAt } from "../../../../src/core/rollout/ledger/reader.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { printLedgerCsv, renderLedgerLog } from "../../../../src/core/report/ledger-rows.ts";
import { verifyLedger } from "../../../../src/core/rollout/ledger/audit.ts";
import { moveRehearsal, requestRollout } from "../../../../src/core/rollout/ledger/commands.ts";
import {
  readEntry,
  signEntry,
  type LedgerEntry,
} from "../../../../src/core/rollout/ledger/entry.ts";
import { replayEntries } from "../../../../src/core/rollout/ledger/replay.ts";
import type { RehearsalEvent } from "../../../../src/core/rollout/state/rehearsal.ts";
import type { RolloutTerms } from "../../../../src/core/rollout/state/rollout.ts";
import {
  createMemoryLedger,
  decisions,
  entriesOf,
  expiresAt,
  listingOf,
  makeBook,
  planned,
  terms,
  write,
  type Book,
} from "../../../support/fakes/github/ledger.ts";

const { plan, digest } = planned;

const request = (asked: RolloutTerms) =>
  requestRollout({ by: "anna", plan, text: printCanonical(plan), digest, expiresAt, terms: asked });

const open = async (asked: RolloutTerms = terms): Promise<Book & { readonly id: string }> => {
  const book = await makeBook();
  const { ledger } = await write(book, request(asked));
  return { ...book, id: [...ledger.rollouts.keys()][0] ?? "" };
};

const rehearse = ({ id }: { readonly id: string }, event: RehearsalEvent, by: string | null) =>
  moveRehearsal({ rollout: id, event, by });

/** The results that a host can have at the time of the first entry. */
const said = { at: 1_800_000_000, findings: [{ code: "busy", message: "1 transfer" }] };

test("records a rehearsal from start to results without changing the rollout", async () => {
  const book = await open();
  const events: readonly RehearsalEvent[] = [1, 2, 3].flatMap((wave) => [
    { kind: "dispatch", wave },
    { kind: "lose", wave },
    { kind: "accept", wave, run: 7 },
    {
      kind: "results",
      wave,
      run: 7,
      results: (plan.waves[wave - 1] ?? []).map((host) => ({ host, answer: "ready", ...said })),
    },
  ]);
  for (const event of events) await write(book, rehearse(book, event, null));
  const { ledger } = await makeReader(book);
  expect(ledger.rehearsals.get("production")).toMatchObject({
    rollout: book.id,
    plan: digest,
    state: { kind: "done" },
    sent: { wave: 3, sequence: 10 },
  });
  expect([...(ledger.rehearsals.get("production")?.results.keys() ?? [])]).toEqual([
    "rds1",
    "rds2",
    "s1",
  ]);
  expect(ledger.rollouts.get(book.id)).toMatchObject({ state: { kind: "requested" } });
  expect(ledger.dispatches.size).toBe(0);
  const audit = await verifyLedger(createdBy(book), book.tools);
  expect(audit.problems).toEqual([]);
  const { store } = book;
  const { entries } = await readLedgerAt(await store.readHead(), store, book.tools);
  const [, , log] = renderLedgerLog(entries.slice(2, 5)).split("\n");
  expect(log).toContain(`rehearsal of ${book.id}, results wave 1 run 7: 1 of 1 ready`);
  expect(printLedgerCsv(entries, audit.ledger)).toContain(
    `"rehearsal results","production","${book.id}","1","7","rds1","ready","busy"`,
  );
});

/** Reads everything again, like another controller. */
const makeReader = ({ join }: Book) => join().read();

const createdBy = ({ store }: Book) => {
  const { branch } = store as ReturnType<typeof createMemoryLedger>;
  const files = branch.at(-1)?.files ?? new Map<string, string>();
  const [commits, listing] = [branch.toReversed(), listingOf(files)];
  return { commits, listing, entries: entriesOf(files), files };
};

test("a step that is not allowed is neither written nor, if signed, read", async () => {
  const book = await open();
  const second: RehearsalEvent = { kind: "dispatch", wave: 2 };
  expect(await book.writer.write(rehearse(book, second, null))).toEqual({
    kind: "refused",
    reason: "wrong-wave",
  });
  const { ledger } = await book.writer.read();
  const forged: LedgerEntry = {
    schemaVersion: 1,
    repository: 4711,
    sequence: 2,
    previous: ledger.tip,
    at: ledger.at,
    by: null,
    event: { kind: "rehearsal", rollout: book.id, event: second },
    nonce: "0".repeat(16),
  };
  expect(replayEntries(ledger, [{ entry: forged, digest: "f".repeat(64) }])).toEqual({
    kind: "refused",
    sequence: 2,
    reason: "ledger-illegal",
    because: "wrong-wave",
  });
  expect(
    await book.writer.write(rehearse({ id: "production-open-9" }, second, null)),
  ).toMatchObject({
    reason: "rollout-unknown",
  });
});

test("the outcome of an earlier dispatch does not count for a later one", async () => {
  const book = await open();
  const { entry } = await write(book, rehearse(book, { kind: "dispatch", wave: 1 }, null));
  const event = { kind: "accept", wave: 1, run: 7 } as const;
  const accept = (of: number) => moveRehearsal({ rollout: book.id, event, by: null, of });
  expect(await book.writer.write(accept(entry.sequence - 1))).toMatchObject({
    reason: "wrong-wave",
  });
  await write(book, accept(entry.sequence));
});

test("only one of two controllers starts a rehearsal", async () => {
  const book = await open();
  const start = rehearse(book, { kind: "dispatch", wave: 1 }, null);
  const written = await Promise.all([book.writer.write(start), book.join().write(start)]);
  expect(written.map(({ kind }) => kind).toSorted()).toEqual(["refused", "written"]);
});

test("a signed approval without the required rehearsal is refused", async () => {
  const approve = { kind: "approve", by: "ben", plan: digest } as const;
  const required = await open({ ...terms, rehearsal: "required" });
  expect(await required.writer.write(decisions.move(required.id, approve))).toEqual({
    kind: "refused",
    reason: "rehearsal-missing",
  });
  const { ledger } = await makeReader(required);
  expect(ledger.rollouts.get(required.id)?.terms.rehearsal).toBe("required");
  const by = "ben";
  const event = { kind: "rollout", rollout: required.id, event: approve, proven: [] } as const;
  const { sequence, tip: previous, at } = ledger;
  const common = { schemaVersion: 1, repository: 4711, nonce: "0".repeat(16) } as const;
  const entry = { ...common, sequence: sequence + 1, previous, at, by, event };
  expect(replayEntries(ledger, [{ entry, digest: "f".repeat(64) }])).toMatchObject({
    reason: "ledger-illegal",
    because: "rehearsal-missing",
  });
});

test("a request without a required rehearsal has the format of older releases", async () => {
  const book = await open();
  const [text = ""] = createdBy(book).entries;
  const [, payload = ""] = text.split(".");
  const { event } = JSON.parse(Buffer.from(payload, "base64url").toString()) as LedgerEntry;
  expect(event).toMatchObject({ kind: "request" });
  expect("terms" in event && Object.keys(event.terms)).toEqual([
    "approvals",
    "maxFailures",
    "record",
    "soak",
  ]);
  await write(book, decisions.move(book.id, { kind: "approve", by: "ben", plan: digest }));
});

test("limits the stored findings of hosts", async () => {
  const { keys, tools, id } = await open();
  const readOf = async (findings: readonly { code: string; message: string }[]) => {
    const results = [{ host: "rds1", answer: "unknown", at: null, findings }] as const;
    const step = { kind: "results", wave: 1, run: 7, results } as const;
    const event = { kind: "rehearsal", rollout: id, event: step } as const;
    const nonce = "0".repeat(16);
    const common = { schemaVersion: 1, repository: 4711, previous: null, by: null, nonce } as const;
    const text = await signEntry({ ...common, sequence: 1, at: 1, event }, keys.signer);
    return readEntry(text, tools.keys).kind;
  };
  const note = { code: "busy", message: "x".repeat(200) };
  expect(await readOf([note, note, note, note])).toBe("entry");
  expect(await readOf([note, note, note, note, note])).toBe("refused");
  expect(await readOf([{ ...note, message: "x".repeat(201) }])).toBe("refused");
  expect(await readOf([{ ...note, code: "not a code" }])).toBe("refused");
});
