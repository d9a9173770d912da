import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHostLock } from "../../../src/adapters/host-local/host-lock.ts";

const hour = 3600;
const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

test("a run that takes the lock removes the leftovers of killed runs, and nothing in use", async () => {
  const folder = mkdtempSync(join(tmpdir(), "left-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "backups"));
  const now = Date.now();
  const leave = (name: string, age: number): string => {
    const path = join(folder, name);
    writeFileSync(path, "half");
    utimesSync(path, now / 1000 - age, now / 1000 - age);
    return path;
  };
  for (const name of ["output.4711.1", `journal.json.${uuid}.new`, "journal.json.4711.new"]) {
    leave(name, 2 * hour);
  }
  leave(`backups/${"a".repeat(64)}.ini.${uuid}.new`, 2 * hour);
  const held = openSync(leave("output.4711.2", 2 * hour), "r");
  onTestFinished(() => closeSync(held));
  const kept = ["journal.json", "records.jsonl", "output", "sequence.new", "output.1.2.txt"];
  for (const name of kept) leave(name, 2 * hour);
  leave(`sequence.${uuid}.new`, hour / 2);
  leave(`kept.${uuid}.new`, -2 * hour);
  mkdirSync(join(folder, "output.1.1"));

  const other = createHostLock({ folder, who: "other", nowMs: () => now });
  expect(await other.take()).toMatchObject({ kind: "done" });
  expect(readdirSync(folder).toSorted()).toEqual(
    [
      ...kept,
      "backups",
      "lock",
      "output.1.1",
      "output.4711.2",
      `sequence.${uuid}.new`,
      `kept.${uuid}.new`,
    ].toSorted(),
  );
  expect(readdirSync(join(folder, "backups"))).toEqual([]);
});
