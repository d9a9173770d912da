import { expect, test } from "vitest";
import { readLedgerAt } from "../../../src/core/rollout/ledger/reader.ts";
import { createGithubLedger } from "../../../src/adapters/github/ledger-branch.ts";
import { auditLedger } from "../../../src/core/rollout/ledger/run-audit.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { ledgerBranch } from "../../../src/core/rollout/ledger/layout.ts";
import { moveEnvironment, seeHosts } from "../../../src/core/rollout/ledger/commands.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import type { GithubPeer } from "../../support/fakes/github/github-peer.ts";
import {
  makeBook,
  outside,
  waitFast,
  write,
  writeRollout,
} from "../../support/fakes/github/ledger.ts";
import { startGithub } from "../../support/harness/started.ts";

const openStore = (peer: GithubPeer) => createGithubLedger(clientOf(peer));

/** A ledger on emulate, and the requests that GitHub would have rejected. */
async function makeGithubBook() {
  const peer = await startGithub();
  const store = openStore(peer);
  const book = await makeBook(store, waitFast);
  return { peer, ...book, store };
}

const see = (file: string) => seeHosts([{ host: "x", file: hashSha256(file) }], [file]);

test("a whole rollout on GitHub: the first commit has no parent, and the audit finds nothing", async () => {
  const book = await makeGithubBook();
  await writeRollout(book);
  const commits = await book.store.commits((await book.store.readHead()) ?? "");
  expect(commits.length).toBe(12);
  expect(commits.at(-1)?.parents).toEqual([]);
  const { problems, ledger } = await auditLedger({ remembered: commits[5]?.commit }, book);
  expect(problems).toEqual([]);
  expect(ledger.sequence).toBe(12);
  expect(book.peer.problems).toEqual([]);
});

test("returns bytes that are not UTF-8 unchanged", async () => {
  const book = await makeGithubBook();
  await write(book, see("[a]\nb=\xe4\x00\xff\n"));
  const { problems } = await auditLedger({ remembered: undefined }, book);
  expect(problems).toEqual([]);
});

test("reading an unchanged ledger takes one request, which does not count against the limit", async () => {
  const book = await makeGithubBook();
  await write(book, see("a"));
  const first = await book.writer.read();
  book.peer.takeRequests();
  const again = await book.writer.read();
  expect(again).toBe(first);
  const line = `GET /repos/example/config/git/matching-refs/heads/${ledgerBranch}`;
  expect(book.peer.takeRequests()).toEqual([line]);
  expect(book.peer.unchanged).toEqual([line]);
});

test("reading new entries takes four requests, one of them for the entries", async () => {
  const book = await makeGithubBook();
  await write(book, see("a"));
  const other = book.join(openStore(book.peer));
  await other.read();
  for (const file of ["b", "c", "d"]) await write(book, see(file));
  book.peer.takeRequests();
  expect((await other.read()).ledger.sequence).toBe(4);
  const kinds = book.peer.takeRequests().map((line) => line.split("/")[5]);
  expect(kinds).toEqual(["matching-refs", "commits", "trees", "blobs"]);
});

test("the results of a wave are one commit with three writes, regardless of the number of hosts", async () => {
  const book = await makeGithubBook();
  const many = Array.from({ length: 200 }, (_, at) => ({ host: `h${at}`, file: hashSha256("a") }));
  book.peer.takeRequests();
  await write(book, seeHosts(many, ["a"]));
  const writes = book.peer.takeRequests().filter((line) => !line.startsWith("GET "));
  expect(writes.map((line) => line.split("/git/")[1])).toEqual(["trees", "commits", "refs"]);
});

test("twenty concurrent controllers neither lose nor duplicate an entry", async () => {
  const book = await makeGithubBook();
  const written = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      book.join(openStore(book.peer)).write(see(`[file]\nnumber=${index}\n`)),
    ),
  );
  expect(written.map(({ kind }) => kind)).toEqual(Array(20).fill("written"));
  const { problems } = await auditLedger({ remembered: undefined }, book);
  expect(problems).toEqual([]);
  const { store, tools } = book;
  const { entries } = await readLedgerAt(await store.readHead(), store, tools);
  expect(entries.length).toBe(20);
  expect(new Set(entries.map(({ entry }) => JSON.stringify(entry.event))).size).toBe(20);
});

test.each([
  { name: "the branch moved and the answer was lost", when: "after", with: "reset" },
  { name: "the answer was lost before anything moved", when: "before", with: "reset" },
  { name: "GitHub returned a server error", when: "after", with: { status: 502 } },
] as const)("writes once if $name", async ({ when, with: fault }) => {
  const book = await makeGithubBook();
  await write(book, see("a"));
  book.peer.fail({ on: /^PATCH /, when, with: fault });
  const { entry } = await write(book, see("b"));
  expect(entry.sequence).toBe(2);
  const { ledger, problems } = await auditLedger({ remembered: undefined }, book);
  expect([ledger.sequence, problems]).toEqual([2, []]);
});

test("a ruleset that refuses a push is not a lost race", async () => {
  const book = await makeGithubBook();
  await write(book, see("a"));
  const ruled = { status: 422, message: "Repository rule violations found" };
  book.peer.fail({ on: /^PATCH /, when: "before", with: ruled });
  await expect(book.writer.write(see("b"))).rejects.toThrow(
    /this token may not push to the branch/,
  );
  expect(book.waits).toEqual([]);
});

test.each(["sesam-harden", "sesam-harden/ledger/old"])(
  "names a branch that conflicts with the ledger branch: %s",
  async (other) => {
    const book = await makeGithubBook();
    const { object } = await book.peer.api<{ object: { sha: string } }>(
      "GET",
      "/git/ref/heads/main",
    );
    await book.peer.api("POST", "/git/refs", { ref: `refs/heads/${other}`, sha: object.sha });
    await expect(book.writer.write(see("a"))).rejects.toMatchObject({
      message: `branch ${other} conflicts with ${ledgerBranch}: Git cannot have both`,
      next: `Rename or delete ${other}.`,
    });
  },
);

test("a branch deleted between reading and writing counts as a lost race", async () => {
  const book = await makeGithubBook();
  const { commit } = await write(book, see("a"));
  await book.peer.api("DELETE", `/git/refs/heads/${ledgerBranch}`);
  const request = { head: commit, files: new Map([["a.txt", "a\n"]]), message: "late" };
  expect(await book.store.commit(request)).toEqual({ kind: "lost" });
});

test("a reader detects a branch that was reset or deleted", async () => {
  const book = await makeGithubBook();
  const { commit } = await write(book, see("a"));
  const freeze = { kind: "freeze", by: "anna", reason: "audit", until: null } as const;
  await write(
    book,
    moveEnvironment("production", freeze, () => outside.standingOf),
  );
  await book.writer.read();
  await book.peer.api("PATCH", `/git/refs/heads/${ledgerBranch}`, { sha: commit, force: true });
  await expect(book.writer.read()).rejects.toThrow(/no longer contains what was read/);
  await book.peer.api("DELETE", `/git/refs/heads/${ledgerBranch}`);
  await expect(book.writer.read()).rejects.toThrow(/no longer contains what was read/);
});

test("an inaccessible repository does not count as one without a ledger", async () => {
  const book = await makeGithubBook();
  expect(await book.store.readHead()).toBeUndefined();
  book.peer.fail({ on: /^GET /, when: "before", with: { status: 404 }, times: 2 });
  await expect(book.writer.read()).rejects.toThrow(/\(404\)/);
});
