import { findMoment, showWallClock } from "../../src/core/rollout/state/time-windows.ts";

/** Time and time zones for a typed command. */
export interface TypedAt {
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  /** Time zone of an environment in bot.ini. */
  readonly timeZoneOf: (environment: string) => string;
}

const daySeconds = 86_400;

/** Index of the last word that starts the end of a freeze; -1 if there is none. */
export function findEnd(words: readonly string[]): number {
  return words.findLastIndex(
    (word, index) => word === "until" || (word === "for" && /^\d/.test(words[index + 1] ?? "")),
  );
}

/** The end given by `until` or `for`, as Unix time in seconds; a string is the error message. */
export function readEnd(
  [word, ...rest]: readonly string[],
  nowSeconds: number,
  timeZone: string,
): number | string {
  const text = rest.join(" ");
  if (text === "") return `the time after “${word}” is missing`;
  return word === "for" ? readSpan(text, nowSeconds) : readTime(text, nowSeconds, timeZone);
}

const forms =
  "expected 06:00, tomorrow 06:00, 2027-01-31 or 2027-01-31 06:00, optionally followed by UTC";

/** A date means the end of that day; a time without a date is its next occurrence in the time zone. */
function readTime(typed: string, nowSeconds: number, ownZone: string): number | string {
  const wrong = `invalid time “until ${typed}”: ${forms}`;
  const isUtc = /(?: UTC|\d ?Z)$/i.test(typed);
  const timeZone = isUtc ? "UTC" : ownZone;
  const [first = "", second, ...more] = typed.replace(/ ?(?:UTC|Z)$/i, "").split(/[T ](?=\d)/i);
  if (more.length > 0) return wrong;
  const today = showWallClock(nowSeconds, timeZone).slice(0, 10);
  const isDay = /^(?:today|tomorrow|2\d{3}-\d{2}-\d{2})$/i.test(first);
  const day = isDay ? readDay(first, today) : today;
  const clock = isDay ? second : first;
  if (day === undefined) return `there is no date ${first}`;
  if (!isDay && second !== undefined) return wrong;
  if (clock === undefined) {
    return /^\d/.test(first)
      ? findMoment(addDay(day), 0, timeZone)
      : `“until ${typed}” has no time of day: write until ${first} 06:00`;
  }
  const [, hours = "", minutes = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(clock) ?? [];
  if (minutes === "") return wrong;
  const minute = Number(hours) * 60 + Number(minutes);
  const moment = findMoment(day, minute, timeZone);
  return isDay || moment > nowSeconds ? moment : findMoment(addDay(day), minute, timeZone);
}

/** Undefined for a date that does not exist. */
function readDay(word: string, today: string): string | undefined {
  const lower = word.toLowerCase();
  if (lower === "today") return today;
  if (lower === "tomorrow") return addDay(today);
  const start = Date.parse(`${word}T00:00:00Z`);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(word) ? word : undefined;
}

function addDay(date: string): string {
  const next = Date.parse(`${date}T00:00:00Z`) + daySeconds * 1000;
  return new Date(next).toISOString().slice(0, 10);
}

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: daySeconds };

/** `30m`, `8h`, `2 days`. */
function readSpan(typed: string, nowSeconds: number): number | string {
  const [, count, unit = ""] =
    /^([1-9]\d{0,4}) ?(m|h|d)(?:in|ins|inute|inutes|our|ours|ay|ays)?$/i.exec(typed) ?? [];
  const seconds = units[unit.toLowerCase()];
  if (count === undefined || seconds === undefined) {
    return `invalid duration “for ${typed}”: expected 30m, 8h or 2 days`;
  }
  return Math.floor(nowSeconds) + Number(count) * seconds;
}
