import { isDate } from "../../core/base/dates.ts";
import { failLimits, profiles } from "../../core/settings/policy.ts";
import { failsCheck } from "../../core/check/checked-fleet.ts";
import { formats, renderAny, type Format } from "../../core/report/render.ts";
import { checkFleet, type CheckRequest, type FleetCheck } from "../../core/check/check-fleet.ts";
import { applyBaseline, readBaseline, writeBaseline } from "../../core/check/baseline-file.ts";
import { chooseWord, parseArguments, usage } from "../../shell/options.ts";
import { parseCommit, preparePage } from "../../shell/html-page.ts";
import type { Shell } from "../../shell/context.ts";

const options = {
  "--profile": "once",
  "--fail-on": "once",
  "--format": "once",
  "--output": "many",
  "--as-of": "once",
  "--commit": "once",
  "--baseline": "once",
  "--write-baseline": "once",
} as const;

/** Gives the exit code. */
export async function runCheck(args: readonly string[], outer: Shell): Promise<number> {
  const { positionals, values } = parseArguments(args, options);
  const one = (name: keyof typeof options): string | undefined => values.get(name)?.[0];
  const format = chooseWord("--format", one("--format"), formats, "text");
  const overrides = {
    profile: chooseOptional("--profile", one("--profile"), profiles),
    failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits),
  };
  const outputs = (values.get("--output") ?? []).map(parseOutput);
  const asOf = parseDay(one("--as-of"));
  const commit = parseCommit(one("--commit"));
  const page = preparePage([format, ...outputs.map(({ format: kind }) => kind)], outer);
  const shell = { ...outer, files: page.files };

  const paths = positionals.length > 0 ? positionals : ["."];
  const request = {
    paths,
    overrides,
    asOf: asOf ?? shell.today(),
    progress: shell.progress.show,
  };
  const found = checkWatched(request, shell);
  const [baseline, written] = [one("--baseline"), one("--write-baseline")];
  const known = baseline === undefined ? undefined : readBaseline(baseline, shell);
  if (written !== undefined) writeBaseline(written, found.findings, known, shell);
  const current = written === undefined ? known : readBaseline(written, shell);
  const { findings, remark } = applyBaseline(found.findings, current, shell);
  const checked = { ...found, findings };

  if (remark !== undefined) shell.terminal.err(`${remark}\n`);
  const { root, fixes } = found;
  const describe = () => page.describe({ command: "check", root, asOf, commit, fixes, probes: [] });
  const tools = { colour: shell.colour, page: describe };
  for (const { format: kind, file } of outputs) {
    shell.terminal.write(file, await renderAny(kind, checked, { ...tools, colour: false }));
  }
  shell.terminal.out(await renderAny(format, checked, tools));
  return failsCheck(checked) ? 1 : 0;
}

/** The line of progress is gone before anything else is written. */
export function checkWatched(request: CheckRequest, { files, progress }: Shell): FleetCheck {
  try {
    return checkFleet(request, files);
  } finally {
    progress.clear();
  }
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
