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

/** A ledger with this many files, on a GitHub that returns this archive. */
async function makeScene(
  archived: readonly (readonly [path: string, bytes: string])[] | undefined,
  hasQueries = false,
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
  if (hasQueries) peer.startQueries();
  peer.takeRequests();
  const { problems } = await auditLedger({ remembered: undefined }, { ...book, store });
  const requests = peer.takeRequests();
  const blobs = requests.filter((line) => line.includes("/git/blobs/")).length;
  const archives = requests.filter((line) => line.includes("/tarball/")).length;
  const queries = requests.filter((line) => line === "POST /graphql").length;
  return { problems, blobs, archives, queries, peer };
}

const whole = files.map((bytes) => [placeOf(bytes), bytes] as const);

test("an audit reads all files from one archive, and those missing there individually", async () => {
  const { problems, blobs, archives, peer } = await makeScene(whole.slice(1));
  expect(problems).toEqual([]);
  // The file, and the one with the entries.
  expect([archives, blobs]).toEqual([1, 2]);
  expect(peer.problems).toEqual([]);
});

test("does not trust an archive whose content has another Git object name", async () => {
  const changed = whole.map(([path, bytes], index) => [path, index < 3 ? "[x]\n" : bytes] as const);
  const { problems, blobs } = await makeScene(changed);
  expect(problems).toEqual([]);
  expect(blobs).toBe(4);
});

test("reads the files with queries if no archive is available", async () => {
  const { problems, blobs, archives, queries, peer } = await makeScene(undefined, true);
  expect(problems).toEqual([]);
  expect([archives, queries, blobs]).toEqual([1, 2, 0]);
  expect(peer.problems).toEqual([]);
});

test("requests each file if neither an archive nor queries are available", async () => {
  const { problems, blobs, queries, peer } = await makeScene(undefined);
  expect(problems).toEqual([]);
  // Both queries are sent before the first one is refused.
  expect([queries, blobs]).toEqual([2, 121]);
  expect(peer.problems).toEqual([]);
});
