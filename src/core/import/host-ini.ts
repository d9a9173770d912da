import { encodeBytes } from "../base/text.ts";
import { readFacts, type Facts } from "../fleet/facts.ts";
import { settingsOf } from "../settings/ini-sections.ts";

/** What a source says about a host; nothing here is guessed. */
export type SeenFacts = Pick<Partial<Facts>, "address" | "os" | "role">;

/** Facts that rules or rollouts ask for, with what they may be. */
const questions = {
  address: "name or IP address, if it is not the directory's name",
  os: "linux or windows?",
  avx: "yes or no? Only for Windows: whether the processor has AVX",
  role: "server or rds?",
  version: "of SEP sesam, for example 5.1.0.14",
  environment: "for example production",
} as const;

type Question = keyof typeof questions;

/**
 * The text of a new host.ini: seen facts as keys, everything else as a commented question. A wrong
 * fact can turn a rule off, so an unknown one is left to the administrator, and so is one that a
 * reader of the file would not read back as it was seen.
 */
export function printHostIni(name: string, seen: SeenFacts): string {
  const keys = Object.keys(questions).filter(isQuestion);
  const asked = keys.filter((key) => readSeen(seen, key) === undefined);
  return [
    `# Facts about ${name}. Fill in what you know and remove the #; leave the rest as it is.`,
    ...keys.flatMap((key) => {
      const value = readSeen(seen, key);
      return value === undefined ? [] : [`${key} = ${value}`];
    }),
    ...asked.map((key) => `# ${key} =`.padEnd(18) + `# ${questions[key]}`),
    "",
  ].join("\n");
}

/** Facts of a host.ini that differ from what was seen, as `os = windows, but linux was seen`. */
export function findContradictions(written: Partial<Facts>, seen: SeenFacts): readonly string[] {
  return (["os", "role"] as const).flatMap((key) => {
    const [is, was] = [written[key], seen[key]];
    return is === undefined || was === undefined || is === was
      ? []
      : [`${key} = ${is}, but ${was} was seen`];
  });
}

function isQuestion(key: string): key is Question {
  return Object.hasOwn(questions, key);
}

function readSeen(seen: SeenFacts, key: Question): string | undefined {
  const values: Partial<Record<Question, string | undefined>> = seen;
  const value = values[key];
  return value === undefined || !isReadBack(key, value) ? undefined : value;
}

function isReadBack(key: Question, value: string): boolean {
  const { file, facts, problems } = readFacts("host.ini", encodeBytes(`${key} = ${value}\n`));
  return facts[key] === value && settingsOf(file, "").length === 1 && problems.length === 0;
}
