import { isDate } from "../../base/dates.ts";
import type { Field } from "../../settings/fields.ts";

/**
 * Times without rollouts, in the environment's local time: every day, on some days of the week, or
 * from one date to another, both included.
 */
export type Window =
  | { readonly kind: "daily"; readonly from: number; readonly to: number }
  | { readonly kind: "weekly"; readonly from: number; readonly to: number }
  | { readonly kind: "dates"; readonly from: string; readonly to: string };

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const minutesOfDay = 1440;
const minutesOfWeek = 7 * minutesOfDay;

const expected =
  "windows separated by commas, such as 20:00-06:00, fri 15:00-mon 06:00 or 2026-12-20..2027-01-06";

export const windowsField: Field<readonly Window[]> = (text) => {
  const windows = text.split(",").map((part) => parseWindow(part.trim()));
  return windows.every((window) => window !== undefined)
    ? { ok: true, value: windows }
    : { ok: false, expected };
};

function parseWindow(text: string): Window | undefined {
  const [, first, last] = /^(\S+)\.\.(\S+)$/.exec(text) ?? [];
  if (first !== undefined && last !== undefined) {
    if (!isDate(first) || !isDate(last) || last < first) return undefined;
    return { kind: "dates", from: first, to: last };
  }
  const parts = /^(?:([a-z]{3}) )?([0-9:]+)-(?:([a-z]{3}) )?([0-9:]+)$/.exec(text);
  if (parts === null) return undefined;
  const [, startDay, startTime = "", endDay, endTime = ""] = parts;
  const [start, end] = [parseTime(startTime), parseTime(endTime)];
  if (start === undefined || end === undefined) return undefined;
  if (startDay === undefined && endDay === undefined) {
    return start === end ? undefined : { kind: "daily", from: start, to: end };
  }
  const [from, to] = [days.indexOf(startDay ?? ""), days.indexOf(endDay ?? startDay ?? "")];
  if (from < 0 || to < 0) return undefined;
  const window = { from: from * minutesOfDay + start, to: to * minutesOfDay + end };
  return window.from === window.to ? undefined : { kind: "weekly", ...window };
}

/** Minutes since midnight; 24:00 is the end of a day. */
function parseTime(text: string): number | undefined {
  const [, hours = "", minutes = ""] = /^([01][0-9]|2[0-4]):([0-5][0-9])$/.exec(text) ?? [];
  const time = hours === "" ? NaN : Number(hours) * 60 + Number(minutes);
  return time <= minutesOfDay ? time : undefined;
}

/** A time zone of the IANA database that the runtime knows; an offset is not valid. */
export const timeZoneField: Field<string> = (text) => {
  const isKnown = /^[A-Za-z]/.test(text) && isTimeZone(text);
  return isKnown
    ? { ok: true, value: text }
    : { ok: false, expected: "a time zone such as Europe/Berlin" };
};

/** Tries the name, because Intl's list of time zones lacks valid names such as Asia/Kolkata. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

/** Whether a moment (milliseconds since 1970) is in one of the windows. */
export function isWithin(windows: readonly Window[], momentMs: number, timeZone: string): boolean {
  if (windows.length === 0) return false;
  const { date, day, minute } = readWallClock(momentMs, timeZone);
  return windows.some((window) => {
    if (window.kind === "dates") return window.from <= date && date <= window.to;
    const minuteOfWindow = window.kind === "daily" ? minute : day * minutesOfDay + minute;
    const length = window.kind === "daily" ? minutesOfDay : minutesOfWeek;
    // A window that ends before it starts spans midnight, or Sunday.
    const [from, to] = [window.from % length, window.to % length];
    return from < to
      ? from <= minuteOfWindow && minuteOfWindow < to
      : from <= minuteOfWindow || minuteOfWindow < to;
  });
}

/** Local time of a time zone, for a moment in seconds since 1970, as `2026-12-01 06:00`. */
export function showWallClock(seconds: number, timeZone: string): string {
  const { date, minute } = readWallClock(seconds * 1000, timeZone);
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${date} ${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/**
 * The moment, in seconds since 1970, of a local date and minute of the day. When clocks are set
 * back, the second occurrence; when they are set forward, the time as if they had not been.
 */
export function findMoment(date: string, minute: number, timeZone: string): number {
  const asUtc = Date.parse(`${date}T00:00:00Z`) / 1000 + minute * 60;
  const dayAround = [asUtc - 86_400, asUtc + 86_400];
  const found = dayAround.map((seconds) => asUtc - offsetAt(seconds, timeZone));
  const shown = found.filter((seconds) => offsetAt(seconds, timeZone) === asUtc - seconds);
  return Math.max(...(shown.length === 0 ? found : shown));
}

/** Seconds by which a time zone is ahead of UTC. */
function offsetAt(seconds: number, timeZone: string): number {
  const shown = `${showWallClock(seconds, timeZone).replace(" ", "T")}:00Z`;
  return Date.parse(shown) / 1000 - Math.floor(seconds / 60) * 60;
}

interface WallClock {
  readonly date: string;
  /** 0 is Monday. */
  readonly day: number;
  readonly minute: number;
}

function readWallClock(momentMs: number, timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    calendar: "gregory",
    numberingSystem: "latn",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const parts = new Map(format.formatToParts(momentMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    day: days.indexOf(part("weekday").toLowerCase()),
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}
