const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a valid calendar day, written as YYYY-MM-DD; such texts sort by time. */
export function isDate(text: string): boolean {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (daysOfMonth[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** The last second whose year has four digits. */
const lastSecond = 253_402_300_799;

/**
 * Seconds since 1970 as `2027-01-15T08:00:00Z`; a time after the year 9999 becomes its last second.
 */
export function showTime(seconds: number): string {
  return `${new Date(Math.min(seconds, lastSecond) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Seconds since 1970 as `2027-01-15 08:00 UTC`. */
export function showMinute(seconds: number): string {
  return `${showTime(seconds).slice(0, 16).replace("T", " ")} UTC`;
}

/** Milliseconds since 1970 as `2026-11-30 05:56:10 UTC`. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return "an unknown time";
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Seconds as `2 h 5 min`, `9 min 20 s` or `20 s`. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const parts =
    hours > 0
      ? [
          [hours, "h"],
          [minutes, "min"],
        ]
      : [
          [minutes, "min"],
          [whole % 60, "s"],
        ];
  const shown = parts.filter(([count]) => count !== 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? "0 s" : shown.join(" ");
}
