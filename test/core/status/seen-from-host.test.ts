import { expect, test } from "vitest";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { witnessFiles } from "../../../src/core/config-repo/recorded-files.ts";
import { openTree } from "../../../src/core/config-repo/tree-files.ts";
import { nameRollout } from "../../../src/core/rollout/ledger/entry.ts";
import { listRepoFiles } from "../../../src/core/status/seen-from-host.ts";
import { soft } from "../../support/builders/rollout.ts";
import { decisions, makeBook, planned, write } from "../../support/fakes/github/ledger.ts";

test("a result keeps the time its wave was sent, even if a controller evaluated it later", async () => {
  const book = await makeBook();
  await write(book, decisions.see);
  const { entry: request } = await write(book, decisions.request);
  const id = nameRollout(request);
  await write(book, decisions.move(id, { kind: "approve", by: "ben", plan: planned.digest }));
  const sent: number[] = [];
  for (const [index, wave] of [1, 2].entries()) {
    const { entry } = await write(book, decisions.move(id, { kind: "dispatch", wave }));
    sent.push(entry.at);
    await write(book, decisions.move(id, { kind: "accept", wave, run: 7 }));
    book.setClock(entry.at + 50_000 * index + 600);
    await write(book, decisions.judge(id, wave));
  }
  const { ledger } = await book.writer.read();
  const results = [...(ledger.traces.get(id)?.results.values() ?? [])];
  expect(results.map(({ host, sentAt }) => [host, sentAt])).toEqual([
    [planned.plan.waves[0]?.[0], sent[0]],
    [planned.plan.waves[1]?.[0], sent[1]],
  ]);
});

test("the files of the hosts are selected from the files that a check read", () => {
  const file = (bytes: string) => ({ kind: "file", bytes }) as const;
  const tree = new Map([
    ["hosts/a/stpd.ini", file(soft)],
    ["hosts/a/host.ini", file("role = rds\n")],
    ["hosts/b/stpd.ini", file(`${soft}# b\n`)],
  ]);
  const { files, list } = witnessFiles(openTree({ top: "/repo", entries: tree }), hashSha256);
  const checked = checkFleet({ paths: ["."], overrides: {}, asOf: "2026-11-30" }, files);
  expect([...listRepoFiles(checked, list(checked.root))]).toEqual([
    ["a", hashSha256(soft)],
    ["b", hashSha256(`${soft}# b\n`)],
  ]);
});
