import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import type { ChangeRange } from "../../../../src/core/rollout/controller/config-repo-port.ts";
import { nameRollout } from "../../../../src/core/rollout/ledger/entry.ts";
import { requestRollout } from "../../../../src/core/rollout/ledger/commands.ts";
import { createOutsideSources } from "../../../../src/core/rollout/controller/context-sources.ts";
import {
  createMemoryLedger,
  expiresAt,
  makeBook,
  terms,
  write,
} from "../../../support/fakes/github/ledger.ts";
import { commit, filesOf, planOf } from "../../../support/builders/rollout.ts";

/** What of the history is asked for, for a rollout of so many hosts below a folder. */
async function rangeOf(count: number, folder: string): Promise<ChangeRange | undefined> {
  const names = Array.from({ length: count }, (_, index) => `rds${index}`);
  const hosts = Object.fromEntries(names.map((name) => [name, {}]));
  const files = Object.fromEntries(
    Object.entries(filesOf(hosts)).map(([path, bytes]) => [`${folder}${path}`, bytes]),
  );
  const { plan, digest } = planOf(hosts, {}, files);
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const request = { by: "anna", plan, text: printCanonical(plan), digest, expiresAt, terms };
  const { entry } = await write(book, requestRollout(request));
  const rollout = (await book.writer.read()).ledger.rollouts.get(nameRollout(entry));
  if (rollout === undefined) throw new Error("there is no rollout");
  let asked: ChangeRange | undefined;
  const entries = Object.entries(files).map(
    ([path, bytes]) => [path, { kind: "file", bytes }] as const,
  );
  const sources = createOutsideSources({
    writer: book.writer,
    store,
    hash: hashSha256,
    config: {
      readHead: async () => ({ branch: "main", commit }),
      readTree: async () => ({ top: "/repo", entries: new Map(entries) }),
      isAncestor: async () => true,
    },
    people: {
      readTeam: async () => [],
      readChange: async (range) => {
        asked = range;
        return { commits: [], touching: new Set(), moves: [], pulls: new Map() };
      },
    },
  });
  expect(await sources.readAuthors(rollout)).toEqual([]);
  expect(await sources.isSame(rollout)).toBe(true);
  return asked;
}

test("requests the history of the host directories and the policy", async () => {
  expect(await rangeOf(2, "")).toEqual({
    since: [null],
    until: commit,
    branch: "main",
    paths: ["hosts/rds0", "hosts/rds1", "sesam-harden.ini"],
  });
});

test("combines many directories into one request", async () => {
  expect((await rangeOf(21, "fleet/"))?.paths).toEqual(["fleet/hosts", "sesam-harden.ini"]);
});
