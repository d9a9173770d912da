import { expect, test } from "vitest";
import {
  isChangeId,
  printJournal,
  readJournal,
  type Journal,
} from "../../../src/core/host/journal.ts";
import { isDigest } from "../../../src/core/formats/json/decode.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const journal: Journal = {
  schemaVersion: 1,
  id: "change-1",
  host: "rds1",
  phase: "open",
  stage: "prepared",
  startedAt: "2026-11-25T12:00:00Z",
  before: a,
  after: b,
  bridge: c,
  authority: "ticket",
};

test("a journal is read back as it was written", () => {
  for (const stage of ["prepared", "replacing", "undoing", "stuck"] as const) {
    for (const bridge of [c, null]) {
      const written = { ...journal, stage, bridge };
      expect(readJournal(printJournal(written))).toEqual(written);
    }
  }
});

test.each<readonly [string, string]>([
  ["no JSON", "{"],
  ["a truncated journal", printJournal(journal).slice(0, 80)],
  ["no object", "[]"],
  ["another version", JSON.stringify({ ...journal, schemaVersion: 2 })],
  ["an unknown phase", JSON.stringify({ ...journal, phase: "shut" })],
  ["an unknown stage", JSON.stringify({ ...journal, stage: "done" })],
  ["an id that would be a path", JSON.stringify({ ...journal, id: "../x" })],
  ["no id", JSON.stringify({ ...journal, id: 7 })],
  ["an invalid digest, before", JSON.stringify({ ...journal, before: "A".repeat(64) })],
  ["after", JSON.stringify({ ...journal, after: b.slice(1) })],
  ["of the bridge", JSON.stringify({ ...journal, bridge: "" })],
])("%s is not a valid journal", (_, text) => {
  expect(readJournal(text)).toBeUndefined();
});

test("ids and digests have one form", () => {
  expect(["a", "A-1", "x".repeat(80)].every(isChangeId)).toBe(true);
  expect(["", "a b", "a.b", "x".repeat(81)].some(isChangeId)).toBe(false);
  expect([isDigest(a), isDigest(`${a}0`), isDigest("g".repeat(64))]).toEqual([true, false, false]);
});
