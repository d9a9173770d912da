import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createGithubLedger } from "../../../src/adapters/github/ledger-branch.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { filePath } from "../../../src/core/rollout/ledger/layout.ts";
import { auditLedger } from "../../../src/core/rollout/ledger/run-audit.ts";
import { seeHosts } from "../../../src/core/rollout/ledger/commands.ts";
import { archiveRepository, writeRepository } from "../../support/harness/git.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { type StandInAnswer } from "../../support/fakes/github/github-peer.ts";
import { makeBook, waitFast, write } from "../../support/fakes/github/ledger.ts";
import { startGithub } from "../../support/harness/started.ts";

const files = Array.from({ length: 120 }, (_, index) => `[a]\nb=${index}\n`);
const placeOf = (bytes: string): string => filePath(hashSha256(bytes));

/** A ledger with as many files, on a GitHub that has this for an archive. */
async function makeScene(
  archived: readonly (readonly [path: string, bytes: string])[] | undefined,
) {
  let answer: StandInAnswer | undefined;
  const peer = await startGithub((_, url) =>
    url.pathname.includes("/tarball/") ? answer : undefined,
  );
  const store = createGithubLedger(clientOf(peer));
  const book = await makeBook(store, waitFast);
  const hosts = files.map((bytes, index) => ({ host: `h${index}`, file: hashSha256(bytes) }));
  await write(book, seeHosts(hosts, files));
  if (archived !== undefined) {
    const { folder } = writeRepository(Object.fromEntries(archived));
    answer = { gzip: new Uint8Array(gzipSync(archiveRepository(folder))) };
  }
  peer.takeRequests();
  const { problems } = await auditLedger({ remembered: undefined }, { ...book, store });
  const requests = peer.takeRequests();
  const blobs = requests.filter((line) => line.includes("/git/blobs/")).length;
  const archives = requests.filter((line) => line.includes("/tarball/")).length;
  return { problems, blobs, archives, peer };
}

const whole = files.map((bytes) => [placeOf(bytes), bytes] as const);

test("an audit takes all files from one archive, and what lacks there by itself", async () => {
  const { problems, blobs, archives, peer } = await makeScene(whole.slice(1));
  expect(problems).toEqual([]);
  // The file, and that of the entries.
  expect([archives, blobs]).toEqual([1, 2]);
  expect(peer.problems).toEqual([]);
});

test("what an archive says is not believed where git names it otherwise", async () => {
  const changed = whole.map(([path, bytes], index) => [path, index < 3 ? "[x]\n" : bytes] as const);
  const { problems, blobs } = await makeScene(changed);
  expect(problems).toEqual([]);
  expect(blobs).toBe(4);
});

test("where no archive is to be had, each file is asked for", async () => {
  const { problems, blobs } = await makeScene(undefined);
  expect(problems).toEqual([]);
  expect(blobs).toBe(121);
});
