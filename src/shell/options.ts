import { HardenError } from "../core/base/errors.ts";
import { findNearest } from "../core/base/nearest.ts";
import { makeVisible } from "../core/base/text.ts";
import { isDate } from "../core/base/dates.ts";
import { type Format, formats } from "../core/report/render.ts";

/** How often an option may be given, and whether it takes a value. */
export type OptionKind = "flag" | "once" | "many";

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** `--name value` or `--name=value`; `--` ends the options, and `-` is a positional. */
export function parseArguments(
  args: readonly string[],
  options: Readonly<Record<string, OptionKind>>,
): ParsedArguments {
  const positionals: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      positionals.push(...rest);
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      positionals.push(arg);
      continue;
    }
    const equals = arg.indexOf("=");
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    if (kind === undefined) throw unknownOption(name, Object.keys(options));
    if (kind === "flag") {
      if (equals >= 0) throw usage(`${name} takes no value`);
      flags.add(name);
      continue;
    }
    const value = equals < 0 ? rest.shift() : arg.slice(equals + 1);
    if (value === undefined) throw usage(`${name} needs a value`);
    const before = values.get(name) ?? [];
    if (kind === "once" && before.length > 0) throw usage(`${name} is given twice`);
    values.set(name, [...before, value]);
  }
  return { positionals, flags, values };
}

/** One of some words, or the default where nothing was given. */
export function chooseWord<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly Word[],
  fallback: Word,
): Word {
  if (given === undefined) return fallback;
  const word = words.find((candidate) => candidate === given);
  if (word !== undefined) return word;
  throw usage(`${name}: ${makeVisible(given)} is none of ${words.join(", ")}`, given, words);
}

export function usage(message: string, given?: string, known: readonly string[] = []): HardenError {
  const nearest = given === undefined ? undefined : findNearest(given, known);
  const next =
    nearest === undefined
      ? "See sesam-harden --help."
      : `Did you mean ${nearest}? See sesam-harden --help.`;
  return new HardenError("usage", message, next);
}

function unknownOption(name: string, known: readonly string[]): HardenError {
  return usage(`${makeVisible(name)} is no option of this command`, name, known);
}

export function chooseOptional<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly [Word, ...Word[]],
): Word | undefined {
  return given === undefined ? undefined : chooseWord(name, given, words, words[0]);
}

export function parseDay(text: string | undefined): string | undefined {
  if (text === undefined || isDate(text)) return text;
  throw usage("--as-of wants a date that exists, as 2027-03-31");
}

/** `json=report.json` */
export function parseOutput(text: string): { readonly format: Format; readonly file: string } {
  const equals = text.indexOf("=");
  const file = text.slice(equals + 1);
  if (equals < 0 || file === "") {
    throw usage("--output wants FORMAT=FILE, as in json=report.json");
  }
  return { format: chooseWord("--output", text.slice(0, equals), formats, "json"), file };
}

export function readNumber(
  name: string,
  given: string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (given === undefined) return undefined;
  const number = /^[0-9]{1,6}$/.test(given) ? Number(given) : NaN;
  if (number >= least && number <= most) return number;
  throw usage(`${name}: expected a number from ${least} to ${most}, not ${makeVisible(given)}`);
}
