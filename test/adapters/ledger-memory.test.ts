import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLedgerMemory } from "../../src/adapters/ledger-memory.ts";

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "state-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const mark = (sequence: number) => ({ sequence, digest: `${sequence}`.repeat(64) });
const never = (error: unknown): void => {
  throw error;
};

test("the newest entry outlives its writer, for each repository", () => {
  const directory = makeDirectory();
  const open = (repository = 4711) =>
    createLedgerMemory({ directory, repository, onFailure: never });
  const memory = open();
  expect(memory.recall()).toBeUndefined();
  memory.keep(mark(1));
  memory.keep(mark(3));
  memory.keep(mark(2));
  expect(open().recall()).toEqual(mark(3));
  expect(open(4712).recall()).toBeUndefined();
  expect(readdirSync(directory)).toEqual(["ledger-4711"]);
  expect(statSync(join(directory, "ledger-4711")).mode & 0o777).toBe(0o600);
});

test("a failed write stops nothing, and is reported each time", () => {
  const told: unknown[] = [];
  const onFailure = (error: unknown): void => void told.push(error);
  const memory = createLedgerMemory({ directory: "/nowhere", repository: 1, onFailure });
  memory.keep(mark(1));
  memory.keep(mark(1));
  expect(told.map(String)).toEqual([
    expect.stringContaining("ENOENT"),
    expect.stringContaining("ENOENT"),
  ]);
});

test.each(["", "1\n", `0 ${"a".repeat(64)}\n`, `1 ${"a".repeat(64)}`, `1 ${"A".repeat(64)}\n`])(
  "refuses the file %j, with what to do",
  (text) => {
    const directory = makeDirectory();
    const path = join(directory, "ledger-1");
    writeFileSync(path, text);
    const memory = createLedgerMemory({ directory, repository: 1, onFailure: never });
    expect(() => memory.recall()).toThrow(`${path} is damaged: it does not contain the last entry`);
    expect(() => memory.recall()).toThrow(
      expect.objectContaining({ next: expect.stringContaining(`delete ${path}`) }),
    );
  },
);

test("refuses an unreadable file", () => {
  const directory = makeDirectory();
  const memory = createLedgerMemory({
    directory: join(directory, "file"),
    repository: 1,
    onFailure: never,
  });
  writeFileSync(join(directory, "file"), "");
  expect(() => memory.recall()).toThrow(/ledger-1 cannot be read/);
});
