import { HardenError } from "../core/base/errors.ts";
import { findNearest } from "../core/base/nearest.ts";
import { joinOr, makeVisible } from "../core/base/text.ts";
import { isDate } from "../core/base/dates.ts";
import { type Format, formats } from "../core/report/render.ts";

/** flag: no value; once: one value; many: repeatable, with a value each. */
export type OptionKind = "flag" | "once" | "many";

export type OptionKinds = Readonly<Record<string, OptionKind>>;

type NamesOf<Kinds extends OptionKinds, Kind extends OptionKind> = {
  [Name in keyof Kinds & string]: Kinds[Name] extends Kind ? Name : never;
}[keyof Kinds & string];

export type ParsedBy<Kinds extends OptionKinds> = ParsedArguments<
  NamesOf<Kinds, "once">,
  NamesOf<Kinds, "many">,
  NamesOf<Kinds, "flag">
>;

/** Parsed arguments; the type parameters are the names of the options of each kind. */
export interface ParsedArguments<
  Once extends string,
  Many extends string = never,
  Flag extends string = never,
> {
  readonly positionals: readonly string[];
  /** Whether an option was given, with or without a value. */
  readonly has: (name: Once | Many | Flag) => boolean;
  readonly one: (name: Once) => string | undefined;
  /** All values, in order. */
  readonly many: (name: Many) => readonly string[];
}

/**
 * `--name value` or `--name=value`; `--` ends the options, and `-` is a positional. Throws UsageError
 * for an unknown option.
 */
export function parseArguments<Kinds extends OptionKinds>(
  args: readonly string[],
  options: Kinds,
): ParsedBy<Kinds> {
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  const kinds = new Map(Object.entries(options));
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
    const kind = kinds.get(name);
    if (kind === undefined) throw unknownOption(name, [...kinds.keys()]);
    if (kind === "flag") {
      if (equals >= 0) throw usage(`${name} takes no value`);
      values.set(name, []);
      continue;
    }
    const value = equals < 0 ? rest.shift() : arg.slice(equals + 1);
    if (value === undefined) throw usage(`${name} needs a value`);
    const before = values.get(name) ?? [];
    if (kind === "once" && before.length > 0) throw usage(`${name} was given twice`);
    values.set(name, [...before, value]);
  }
  return {
    positionals,
    has: (name) => values.has(name),
    one: (name) => values.get(name)?.[0],
    many: (name) => values.get(name) ?? [],
  };
}

/** The given word, or the default if none was given. Throws UsageError for any other word. */
export function chooseWord<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly Word[],
  fallback: Word,
): Word {
  if (given === undefined) return fallback;
  const word = words.find((candidate) => candidate === given);
  if (word !== undefined) return word;
  throw usage(
    `invalid value '${makeVisible(given)}' for ${name} (expected ${joinOr(words)})`,
    given,
    words,
  );
}

/** `--color`, which overrides environment and terminal. */
export function chooseColor(given: string | undefined, byDefault: boolean): boolean {
  const word = chooseWord("--color", given, ["auto", "always", "never"], "auto");
  return word === "auto" ? byDefault : word === "always";
}

/** A wrong command line or Action input. `next` may be empty, since the CLI points to the help. */
export class UsageError extends HardenError {}

export function usage(message: string, given?: string, known: readonly string[] = []): UsageError {
  const nearest = given === undefined ? undefined : findNearest(given, known);
  const next = nearest === undefined ? "" : `Did you mean ${nearest}?`;
  return new UsageError("usage", message, next);
}

function unknownOption(name: string, known: readonly string[]): UsageError {
  return usage(`unknown option '${makeVisible(name)}'`, name, known);
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
  throw usage(`invalid date '${makeVisible(text)}' for --as-of (expected YYYY-MM-DD)`);
}

/** `json=report.json` */
export function parseOutput(text: string): { readonly format: Format; readonly file: string } {
  const equals = text.indexOf("=");
  const file = text.slice(equals + 1);
  if (equals < 0 || file === "") {
    throw usage(
      `invalid value '${makeVisible(text)}' for --output (expected FORMAT=FILE, such as json=report.json)`,
    );
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
  throw usage(`invalid value '${makeVisible(given)}' for ${name} (expected ${least} to ${most})`);
}
