import { expect, test } from "vitest";
import {
  describeRecord,
  readLastChanges,
} from "../../../../src/core/host/status/describe-record.ts";

const at = "2026-11-30T05:56:10.123Z";
const shown = "2026-11-30 05:56:10 UTC";
const [first, second] = ["a".repeat(64), "b".repeat(64)];

test.each([
  [
    {
      command: "apply",
      authority: "ticket",
      phase: "open",
      code: "confirmed",
      message: "all is well",
    },
    "apply open (ticket): confirmed: all is well",
  ],
  [
    { command: "recover", cause: "timer", result: { kind: "restored", file: "old", notes: [] } },
    "recover (timer): undone: the old file is in place",
  ],
  [
    { command: "recover", cause: "boot", result: { kind: "stuck", notes: [] } },
    "recover (boot): stuck: no file made the host reachable",
  ],
  [
    { command: "recover", cause: "boot", result: { kind: "pending", file: "old" } },
    "recover (boot): the old file is in place, and the rollback is tried again",
  ],
  [
    { command: "recover", cause: "person", result: { kind: "confirmed" } },
    "recover (person): the change had been verified and stays",
  ],
  [
    {
      command: "recover",
      cause: "person",
      result: { kind: "refused", refusal: { code: "another-apply" } },
    },
    "recover (person): refused: another-apply",
  ],
  [{ command: "globals", result: { kind: "written", seen: "read" } }, "globals: written"],
  [{ command: "later" }, "a command of another version"],
])("describes a record in words: %o", (record, words) => {
  expect(describeRecord(JSON.stringify({ at, ...record }))).toBe(`${shown}: ${words}`);
});

test.each(["", "{", "[]", "null", "7"])("a line that is not a record says so: %s", (line) => {
  expect(describeRecord(line)).toBe("it cannot be read");
});

test("finds verified changes, newest first, also without the previous file", () => {
  const lines = [
    { at, command: "apply", file: first },
    { at, command: "recover", file: first },
    { at, command: "apply", file: null, code: "undone" },
    { at, command: "apply", file: second, before: first },
  ].map((record) => JSON.stringify(record));
  expect(readLastChanges([...lines, "{"])).toEqual([
    { at: shown, file: second, before: first },
    { at: shown, file: first, before: undefined },
  ]);
});
