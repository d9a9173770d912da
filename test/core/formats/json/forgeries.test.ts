import fc from "fast-check";
import { expect, test } from "vitest";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { printHeader } from "../../../../src/core/formats/jws.ts";
import { expiresAt, planned, terms } from "../../../support/fakes/github/ledger.ts";
import { makeEvidence } from "../../../support/builders/ledger-evidence.ts";
import { encode, forge, makeKeys } from "../../../support/builders/tickets.ts";

const { book, entries, commits, judge, open, resign, end, add, addAll } = await makeEvidence();
const stranger = await makeKeys();
const { plan, digest } = planned;
const request = {
  environment: "production",
  phase: "open",
  plan: digest,
  waves: plan.waves,
  expiresAt,
  terms,
  purpose: "",
} as const;
const seen = { host: "rds1", file: plan.hosts[0]?.before ?? "" };
const hostKey = { host: "rds1", kid: "k".repeat(43), x: "x".repeat(43) };

test("a valid chain has no findings", async () => {
  expect(await judge({})).toEqual([]);
  expect(entries.length).toBe(12);
});

test.each([
  ["with the next name", { rollout: "production-open-2" }, "production-open-2"],
  ["of an older release, without a name", {}, "2027-01-13"],
])("accepts a request %s", async (_, name, id) => {
  // The files are those of the original chain, so nothing else is found.
  const found = await judge({ entries: await add({ kind: "request", ...request, ...name }) });
  expect(found.toSorted()).toEqual([
    "ledger-file environments/production.json",
    `ledger-file rollouts/2027-01/${id}.json`,
  ]);
});

test.each([
  { name: "a dropped entry", chain: () => entries.toSpliced(4, 1), is: "ledger-sequence entry 5" },
  { name: "a dropped first entry", chain: () => entries.slice(1), is: "ledger-sequence entry 1" },
  {
    name: "a repeated entry",
    chain: () => entries.toSpliced(4, 0, entries[4] ?? ""),
    is: "ledger-sequence entry 6",
  },
  {
    name: "two swapped entries",
    chain: () => entries.with(4, entries[5] ?? "").with(5, entries[4] ?? ""),
    is: "ledger-sequence entry 5",
  },
  {
    name: "an entry rewritten with a controller's own key",
    chain: () => resign(4, { at: open(4).at + 1 }),
    is: "ledger-chain entry 6",
  },
  {
    name: "a last entry signed with another key",
    chain: () => resign(end, {}, stranger),
    is: "ledger-key-unknown entry 12",
  },
  {
    name: "an entry of another repository",
    chain: () => resign(end, { repository: 4712 }),
    is: "ledger-repository entry 12",
  },
  {
    name: "an entry older than the previous one",
    chain: () => resign(end, { at: 1 }),
    is: "ledger-time entry 12",
  },
  {
    name: "an entry with an unnamed date",
    chain: () => resign(end, { at: 9e12 }),
    is: "ledger-malformed entry 12",
  },
  {
    name: "a person that the event does not name",
    chain: () => resign(2, { by: "carl" }),
    is: "ledger-person entry 3",
  },
  {
    name: "an approval by the requester",
    chain: () => {
      const event = { kind: "approve", by: "anna", plan: planned.digest } as const;
      return resign(2, {
        by: "anna",
        event: { kind: "rollout", rollout: "production-open-1", event, proven: [] },
      });
    },
    is: "ledger-illegal entry 3",
  },
  {
    name: "a wave evaluated twice",
    chain: () => add(open(end).event, null),
    is: "ledger-illegal entry 13",
  },
  {
    name: "good hosts without the files that prove it",
    chain: () => {
      const { event } = open(end);
      if (event.kind !== "rollout") throw new Error("the last entry evaluates a wave");
      return resign(end, { event: { ...event, proven: [] } });
    },
    is: "ledger-illegal entry 12",
  },
  {
    name: "a last entry with the signature of another",
    chain: () => {
      const signature = entries[3]?.split(".")[2] ?? "";
      return entries.with(end, `${entries[end]?.replace(/[^.]*$/, signature)}`);
    },
    is: "ledger-signature entry 12",
  },
  {
    name: "a request that lists a host twice",
    chain: () => add({ kind: "request", ...request, waves: [["rds1"], ["rds1"]] }),
    is: "ledger-illegal entry 13",
  },
  {
    name: "a request without hosts",
    chain: () => add({ kind: "request", ...request, waves: [["rds1"], []] }),
    is: "ledger-illegal entry 13",
  },
  {
    name: "a request that has expired when it is made",
    chain: () => add({ kind: "request", ...request, expiresAt: open(end).at }),
    is: "ledger-illegal entry 13",
  },
  {
    name: "a request without a person",
    chain: () => add({ kind: "request", ...request }, null),
    is: "ledger-person entry 13",
  },
  ...["production-open-1", "production-open-3", "production-close-2", "lab-open-2"].map(
    (rollout) => ({
      name: `a rollout with the name ${rollout}, although the next is production-open-2`,
      chain: () => add({ kind: "request", ...request, rollout }),
      is: "ledger-illegal entry 13",
    }),
  ),
  {
    name: "a rollout with an invalid name",
    chain: () => add({ kind: "request", ...request, rollout: "production-2" }),
    is: "ledger-malformed entry 13",
  },
  {
    name: "a request for something that is not a plan",
    chain: () => add({ kind: "request", ...request, phase: "close" }),
    is: "ledger-plan entry 13",
  },
  {
    name: "a host observed twice at once",
    chain: () => add({ kind: "see", hosts: [seen, seen] }, null),
    is: "ledger-illegal entry 13",
  },
  {
    name: "two keys of a host at once",
    chain: () => add({ kind: "keys", hosts: [hostKey, { ...hostKey, x: "y".repeat(43) }] }, null),
    is: "ledger-illegal entry 13",
  },
  {
    name: "an empty list of keys",
    chain: () => add({ kind: "keys", hosts: [] }, null),
    is: "ledger-illegal entry 13",
  },
  {
    name: "an invalid key",
    chain: () => add({ kind: "keys", hosts: [{ ...hostKey, x: "x" }] }, null),
    is: "ledger-malformed entry 13",
  },
  {
    name: "a rollout replaced by an unknown one",
    chain: () => {
      const event = { kind: "supersede", rollout: "2027-01-99" } as const;
      return resign(2, {
        by: null,
        event: { kind: "rollout", rollout: "production-open-1", event, proven: [] },
      });
    },
    is: "ledger-illegal entry 3",
  },
  {
    name: "an unlock of an environment that is not locked",
    chain: () => {
      const event = { kind: "unlock", by: "ben", reason: "" } as const;
      return add({ kind: "environment", environment: "production", event }, "ben");
    },
    is: "ledger-illegal entry 13",
  },
  {
    name: "a rollout that was never requested",
    chain: () =>
      add(
        { kind: "rollout", rollout: "production-open-9", event: { kind: "expire" }, proven: [] },
        null,
      ),
    is: "ledger-illegal entry 13",
  },
  {
    name: "good hosts with the files of another",
    chain: () => {
      const { event } = open(end);
      if (event.kind !== "rollout") throw new Error("the last entry evaluates a wave");
      const proven = event.proven.map(({ file }) => ({ host: "rds1", file }));
      return resign(end, { event: { ...event, proven } });
    },
    is: "ledger-illegal entry 12",
  },
  {
    name: "a wave that closes although the global settings are not set",
    chain: () => {
      const rollout = "2027-01-13";
      const approve = { kind: "approve", by: "ben", plan: digest } as const;
      const dispatch = { kind: "dispatch", wave: 1 } as const;
      return addAll([
        [{ kind: "request", ...request, phase: "close" }, "anna"],
        [{ kind: "rollout", rollout, event: approve, proven: [] }, "ben"],
        [{ kind: "rollout", rollout, event: dispatch, proven: [] }, null],
      ]);
    },
    is: "ledger-illegal entry 15",
  },
  {
    name: "a text instead of an entry",
    chain: () => entries.with(3, "x"),
    is: "ledger-malformed entry 4",
  },
])("finds $name", async ({ chain, is }) => {
  expect(await judge({ entries: await chain() })).toContain(is);
});

test("refuses a wrong header even with a valid signature", async () => {
  const payload = printCanonical(open(end));
  const { kid } = book.keys.publicKey;
  const ticket = forge(printHeader("sesam-harden-ticket", kid), payload, book.keys);
  expect(await judge({ entries: entries.with(end, ticket) })).toEqual(["ledger-header entry 12"]);
  const none = `${encode(printCanonical({ alg: "none", kid, typ: "sesam-harden-ledger" }))}.${encode(payload)}.`;
  expect(await judge({ entries: entries.with(end, none) })).toEqual(["ledger-algorithm entry 12"]);
});

test("finds a change of any character of the chain", async () => {
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

test("finds any wrong order, gap or duplicate in the chain", async () => {
  const anyChain = fc.array(fc.nat(end), { maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(anyChain, async (order) => {
      const isPrefix = order.every((index, at) => index === at);
      const remembered = { commit: commits[0]?.commit ?? "", entries };
      fc.pre(!isPrefix || order.length < entries.length);
      const chain = order.map((index) => entries[index] ?? "");
      // Only a remembered head shows that the newest entries are missing.
      expect(await judge({ entries: chain, remembered })).not.toEqual([]);
    }),
    { numRuns: 150 },
  );
});
