import { countResults, reachesLimit, severities, type FailOn } from "../core/report/count.ts";
import { renderGithub } from "../core/report/github.ts";
import { renderJson } from "../core/report/json.ts";
import { coloured, plain, renderText } from "../core/report/text.ts";
import { checkFleet, type FleetCheck } from "../usecases/check-fleet.ts";
import { chooseWord, parseArguments, usage } from "./arguments.ts";
import type { Shell } from "./shell.ts";

export const formats = ["text", "json", "github"] as const;
export type Format = (typeof formats)[number];
export const profiles = ["vendor", "strict"] as const;
export const failOns: readonly FailOn[] = [...severities, "never"];

const options = {
  "--profile": "once",
  "--fail-on": "once",
  "--format": "once",
  "--output": "many",
} as const;

/** Gives the exit code. */
export function runCheck(args: readonly string[], shell: Shell): number {
  const { positionals, values } = parseArguments(args, options);
  const failOn = chooseWord("--fail-on", values.get("--fail-on")?.[0], failOns, "error");
  const format = chooseWord("--format", values.get("--format")?.[0], formats, "text");
  chooseWord("--profile", values.get("--profile")?.[0], profiles, "vendor");
  const outputs = (values.get("--output") ?? []).map(parseOutput);
  const checked = checkFleet(positionals.length > 0 ? positionals : ["."], shell.files);
  for (const output of outputs) {
    shell.terminal.write(output.file, renderAs(output.format, checked, false));
  }
  shell.terminal.out(renderAs(format, checked, shell.colour));
  return reachesLimit(countResults(checked), failOn) ? 1 : 0;
}

/** `json=report.json` */
export function parseOutput(text: string): { readonly format: Format; readonly file: string } {
  const equals = text.indexOf("=");
  const file = text.slice(equals + 1);
  if (equals < 0 || file === "") {
    throw usage(`--output wants FORMAT=FILE, as in json=report.json`);
  }
  return { format: chooseWord("--output", text.slice(0, equals), formats, "json"), file };
}

export function renderAs(format: Format, checked: FleetCheck, colour: boolean): string {
  switch (format) {
    case "text":
      return renderText(checked, colour ? coloured : plain);
    case "json":
      return renderJson(checked);
    case "github":
      return renderGithub(checked, "", "see --format text.");
  }
}
