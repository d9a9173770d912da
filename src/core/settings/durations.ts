import type { Field } from "./fields.ts";

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30m`, `8h`, `2d`: a whole number and a unit; gives seconds. */
export function durationField(least: number, most: number): Field<number> {
  return (text) => {
    const [, count = "", unit = ""] = /^(0|[1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
    const seconds = Number(count === "" ? NaN : count) * (unitSeconds[unit] ?? NaN);
    if (seconds >= least && seconds <= most) return { ok: true, value: seconds };
    return { ok: false, expected: `a time such as 30m or 8h, from ${least} to ${most} seconds` };
  };
}
