import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import type { ChangeRange } from "../../../../src/core/rollout/controller/config-repo-port.ts";
import { nameRollout } from "../../../../src/core/rollout/ledger/entry.ts";
import {
  moveEnvironment,
  requestRollout,
  seeHosts,
} from "../../../../src/core/rollout/ledger/commands.ts";
import { createOutsideSources } from "../../../../src/core/rollout/controller/context-sources.ts";
import {
  createMemoryLedger,
  decisions,
  expiresAt,
  makeBook,
  outside,
  terms,
  write,
} from "../../../support/fakes/github/ledger.ts";
import {
  bridgeOf,
  commit,
  filesOf,
  hard,
  planOf,
  soft,
  type TestHost,
} from "../../../support/builders/rollout.ts";

/** Requests for the history, for a rollout with this many hosts below a directory. */
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

async function makeClosing() {
  const store = createMemoryLedger();
  const book = await makeBook(store);
  const opened = { known: bridgeOf(hard, soft), proven: "open" } as const;
  const close = async (
    hosts: Readonly<Record<string, TestHost>>,
    exceptions: readonly string[],
    phase: "open" | "close" = "close",
  ): Promise<void> => {
    const fleet = { rds2: { known: soft }, ...hosts };
    const names = Object.keys(hosts);
    const planned = planOf(fleet, { phase, names, exceptions });
    const { plan, digest, changes } = planned;
    const files = changes.map(({ after }) => after);
    const request = { by: "anna", plan, text: printCanonical(plan), digest, expiresAt, terms };
    const id = nameRollout((await write(book, requestRollout({ ...request, files }))).entry);
    await write(book, decisions.move(id, { kind: "approve", by: "ben", plan: digest }));
    if (plan.waves.length === 0) return;
    await write(book, decisions.move(id, { kind: "dispatch", wave: 1 }));
    await write(book, decisions.move(id, { kind: "accept", wave: 1, run: 7 }));
    const results = plan.hosts.map(
      ({ name: host }) => ({ host, outcome: "good", reason: "" }) as const,
    );
    const proven = plan.hosts.map(({ name: host, file }) => ({ host, file }));
    const event = { kind: "judge", wave: 1, run: 7, results } as const;
    await write(book, () => ({
      by: null,
      event: { kind: "rollout", rollout: id, event, proven },
      files,
    }));
  };
  const globals = { kind: "globals", by: "anna", digest: "0".repeat(64) } as const;
  await write(
    book,
    moveEnvironment("production", globals, () => outside.standingOf),
  );
  const files = Object.entries(filesOf({ rds1: {}, rds2: {} }));
  const read: string[] = [];
  const sources = createOutsideSources({
    writer: book.writer,
    store: {
      read: async (wanted) => {
        read.push(...wanted);
        return store.read(wanted);
      },
    },
    hash: hashSha256,
    config: {
      readHead: async () => ({ branch: "main", commit }),
      readTree: async () => ({
        top: "/repo",
        entries: new Map(files.map(([path, bytes]) => [path, { kind: "file", bytes }] as const)),
      }),
      isAncestor: async () => true,
    },
    people: {
      readTeam: async () => [],
      readChange: async () => ({ commits: [], touching: new Set(), moves: [], pulls: new Map() }),
    },
  });
  const isClosed = async (): Promise<boolean> => sources.isClosed("production");
  return { book, opened, close, isClosed, read };
}

test("an environment is closed with the exceptions of every successful close", async () => {
  const { opened, close, isClosed } = await makeClosing();
  await close({ rds1: opened }, []);
  expect(await isClosed()).toBe(false);
  await close({ win1: { ...opened, facts: "os = windows\n" } }, ["rds2"]);
  expect(await isClosed()).toBe(false);
  await close({ rds1: opened }, ["rds2"]);
  expect(await isClosed()).toBe(true);
  await close({ rds1: opened }, []);
  expect(await isClosed()).toBe(true);
});

test("an exception counts no longer once its host was verified", async () => {
  const { book, opened, close, isClosed } = await makeClosing();
  await close({ rds1: opened }, ["rds2"]);
  expect(await isClosed()).toBe(true);
  await close({ rds2: { known: soft } }, [], "open");
  expect(await isClosed()).toBe(false);
  await close({ rds1: opened }, ["rds2"]);
  expect(await isClosed()).toBe(false);
  await close({ rds2: { known: soft } }, [], "open");
  await write(book, seeHosts([{ host: "rds2", file: hashSha256("changed") }], ["changed"]));
  expect(await isClosed()).toBe(false);
  await close({ rds1: opened }, ["rds2"]);
  expect(await isClosed()).toBe(true);
});

test("how many plans are read for exceptions does not grow with the history", async () => {
  const { opened, close, isClosed, read } = await makeClosing();
  for (let index = 0; index < 52; index++) await close({ rds1: opened }, []);
  expect(await isClosed()).toBe(false);
  expect(read).toHaveLength(50);
  await close({ rds1: opened }, ["rds2"]);
  read.length = 0;
  expect(await isClosed()).toBe(true);
  expect(read).toHaveLength(1);
});
