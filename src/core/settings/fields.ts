import { readRelease } from "../base/release.ts";
import { dialects, dialectsOf, releaseLines, type Dialect } from "../gnutls/dialects.ts";
import { findNearest } from "../base/nearest.ts";
import { isDate } from "../base/dates.ts";
import { families, type Family } from "../base/family.ts";
import { readWholeNumber } from "../base/text.ts";

/** The value, or what was expected and the nearest valid value. */
export type FieldResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly expected: string; readonly nearest?: string | undefined };

export type Field<Value> = (text: string) => FieldResult<Value>;

/** A field of which something counts where its key is not set: as one would write it, and as read. */
export type DefaultedField<Value> = Field<Value> & {
  readonly fallback: string;
  readonly value: Value;
};

/** Throws where the default is none that the field would take. */
export function withDefault<Value>(field: Field<Value>, fallback: string): DefaultedField<Value> {
  const read = field(fallback);
  if (!read.ok) throw new Error(`the default ${fallback} is not ${read.expected}`);
  return Object.assign((text: string) => field(text), { fallback, value: read.value });
}

const fine = <Value>(value: Value): FieldResult<Value> => ({ ok: true, value });
const wrong = (expected: string): FieldResult<never> => ({ ok: false, expected });

export function wordField<Word extends string>(...words: readonly Word[]): Field<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return fine(word);
    return { ok: false, expected: words.join(", "), nearest: findNearest(text, words) };
  };
}

export const textField: Field<string> = (text) => (text === "" ? wrong("some text") : fine(text));

export const nameField: Field<string> = (text) =>
  /^[a-z0-9_-]+$/.test(text) ? fine(text) : wrong("lowercase letters, digits, _ and -");

export const wordsField: Field<readonly string[]> = (text) =>
  text === "" ? wrong("one or more words") : fine(text.split(/[ \t]+/));

/** An address family, or `none`. */
export const familiesField: Field<readonly Family[]> = (text) => {
  if (text === "none") return fine([]);
  const family = families.find((candidate) => candidate === text);
  if (family !== undefined) return fine([family]);
  return {
    ok: false,
    expected: "ipv4, ipv6 or none",
    nearest: findNearest(text, [...families, "none"]),
  };
};

export const dateField: Field<string> = (text) => (isDate(text) ? fine(text) : wrong("YYYY-MM-DD"));

export const versionField: Field<string> = (text) =>
  readRelease(text) === undefined
    ? wrong("a version such as 5.1.0.14 or 5.1.0.14 SP1")
    : fine(text);

export function numberField(least: number, most: number): Field<number> {
  return (text) => {
    const number = readWholeNumber(text);
    return number !== undefined && number >= least && number <= most
      ? fine(number)
      : wrong(`a whole number from ${least} to ${most}`);
  };
}

/** GitHub's numeric ids of repositories, accounts, Apps and installations, which can have ten digits. */
export const idField: Field<number> = (text) => {
  const number = readWholeNumber(text);
  return number !== undefined && number > 0 ? fine(number) : wrong("a whole number above 0");
};

/** Release lines and builds, separated by spaces; an unmeasured build means its release line. */
export const gnutlsField: Field<readonly Dialect[]> = (text) => {
  const named = text.split(/[ \t,]+/).map((version) => {
    const exact = dialectsOf(version);
    if (exact.length > 0) return exact;
    return /^[0-9]+\.[0-9]+\.[0-9]+$/.test(version)
      ? dialectsOf(version.split(".").slice(0, 2).join("."))
      : [];
  });
  if (named.some((some) => some.length === 0)) {
    return wrong(`GnuTLS release lines: ${releaseLines.join(", ")}`);
  }
  return fine(dialects.filter((dialect) => named.flat().includes(dialect)));
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30m`, `8h`, `2d`: a whole number and a unit; the value is in seconds. */
export function durationField(least: number, most: number): Field<number> {
  return (text) => {
    const [, count = "", unit = ""] = /^(0|[1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
    const seconds = Number(count === "" ? NaN : count) * (unitSeconds[unit] ?? NaN);
    if (seconds >= least && seconds <= most) return { ok: true, value: seconds };
    return { ok: false, expected: `a time such as 30m or 8h, from ${least} to ${most} seconds` };
  };
}
