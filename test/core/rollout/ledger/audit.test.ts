import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { verifyLedger, type LedgerEvidence } from "../../../../src/core/rollout/ledger/audit.ts";
import { filePath, planPath } from "../../../../src/core/rollout/ledger/layout.ts";
import {
  createMemoryLedger,
  decisions,
  entriesOf,
  listingOf,
  makeBook,
  planned,
  write,
} from "../../../support/fakes/github/ledger.ts";
import { makeEvidence } from "../../../support/builders/ledger-evidence.ts";

const { store, files, entries, commits, judge, open, resign, end } = await makeEvidence();
const last = commits[0]?.commit ?? "";

test("detects a truncated ledger with matching files by a remembered commit", async () => {
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

test("the remembered commit must be in the history, and its entries must come first", async () => {
  const is = [`ledger-head commit ${last}`];
  expect(await judge({ remembered: { commit: last, entries } })).toEqual([]);
  const other = entries.with(0, entries[1] ?? "");
  expect(await judge({ remembered: { commit: last, entries: other } })).toEqual(is);
  expect(await judge({ remembered: { commit: last, entries: [] } })).toEqual(is);
  const away = "f".repeat(40);
  expect(await judge({ remembered: { commit: away, entries } })).toEqual([
    `ledger-head commit ${away}`,
  ]);
});

const withFile = (
  path: string,
  bytes: string | undefined,
): Pick<LedgerEvidence, "files" | "listing"> => {
  const changed = new Map(files);
  if (bytes === undefined) changed.delete(path);
  else changed.set(path, bytes);
  return { files: changed, listing: listingOf(changed) };
};

test("finds each changed, missing and extra file", async () => {
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

test.each([
  { name: "a file that a plan deploys", extra: [], forge: false, is: [] },
  { name: "another file", extra: ["[x]\n"], forge: false, is: ["ledger-stray"] },
  { name: "a file that a plan deploys, changed", extra: [], forge: true, is: ["ledger-file"] },
])("from the request on the ledger contains $name", async ({ extra, forge, is }) => {
  const own = createMemoryLedger();
  const book = await makeBook(own);
  const bytes = planned.changes[0]?.after ?? "";
  await write(book, async (...asked) => {
    const draft = await decisions.request(...asked);
    return typeof draft === "string" ? draft : { ...draft, files: [bytes, ...extra] };
  });
  const now = new Map(own.branch.at(-1)?.files);
  if (forge) now.set(filePath(hashSha256(bytes)), "other");
  const chain = { commits: own.branch.toReversed(), entries: entriesOf(now) };
  const evidence = { ...chain, listing: listingOf(now), files: now };
  const { problems } = await verifyLedger(evidence, book.tools);
  expect(problems.map(({ reason }) => reason)).toEqual(is);
});

test("finds a verified file that is not in the plan", async () => {
  const { event } = open(end);
  if (event.kind !== "rollout") throw new Error("the last entry evaluates a wave");
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
