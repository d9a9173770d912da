import { expect, test } from "vitest";
import { formatSpan, formatTime } from "../../../src/core/base/dates.ts";

test.each([
  [0, "0 s"],
  [-3, "0 s"],
  [59.6, "1 min"],
  [560, "9 min 20 s"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
  [7501, "2 h 5 min"],
])("%s seconds are %s", (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text);
});

test("shows a time in UTC, and marks an invalid one", () => {
  expect(formatTime(Date.UTC(2026, 10, 30, 5, 56, 10))).toBe("2026-11-30 05:56:10 UTC");
  expect(formatTime(NaN)).toBe("an unknown time");
});
