import fc from "fast-check";
import { expect, test } from "vitest";
import { findMoment, showWallClock } from "../../../../src/core/rollout/state/time-windows.ts";

const momentOf = (date: string, clock: string, timeZone: string): string => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const seconds = findMoment(date, hours * 60 + minutes, timeZone);
  return new Date(seconds * 1000).toISOString().slice(0, 16);
};

test.for([
  ["2026-12-01", "06:00", "UTC", "2026-12-01T06:00"],
  ["2026-12-01", "06:00", "Europe/Berlin", "2026-12-01T05:00"],
  ["2026-07-01", "06:00", "Europe/Berlin", "2026-07-01T04:00"],
  // Clocks go from 02:00 to 03:00.
  ["2026-03-29", "01:59", "Europe/Berlin", "2026-03-29T00:59"],
  ["2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:30"],
  ["2026-03-29", "03:00", "Europe/Berlin", "2026-03-29T01:00"],
  // Clocks go from 03:00 back to 02:00, so that they show 02:30 twice.
  ["2026-10-25", "01:59", "Europe/Berlin", "2026-10-24T23:59"],
  ["2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T01:30"],
  ["2026-10-25", "03:00", "Europe/Berlin", "2026-10-25T02:00"],
  ["2026-11-01", "01:30", "America/New_York", "2026-11-01T06:30"],
  // A shift of half an hour, and a day that the time zone skipped.
  ["2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T15:15"],
  ["2011-12-30", "12:00", "Pacific/Apia", "2011-12-30T22:00"],
])("%s %s in %s is one moment", ([date, clock, timeZone, moment]) => {
  expect(momentOf(date ?? "", clock ?? "", timeZone ?? "")).toBe(moment);
});

test("a moment converts back to the local time it was found from", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
  );
  const minutes = fc.integer({ min: Date.UTC(2020) / 60_000, max: Date.UTC(2040) / 60_000 });
  fc.assert(
    fc.property(zone, minutes, (timeZone, at) => {
      const shown = showWallClock(at * 60, timeZone);
      const [date = "", clock = ""] = shown.split(" ");
      const [hours = 0, minute = 0] = clock.split(":").map(Number);
      const found = findMoment(date, hours * 60 + minute, timeZone);
      expect(showWallClock(found, timeZone)).toBe(shown);
      // If clocks show a minute twice, the second one is found.
      expect(found - at * 60).toBeGreaterThanOrEqual(0);
      expect(found - at * 60).toBeLessThanOrEqual(3600);
    }),
  );
});
