import { getInput, getMultilineInput, setFailed, setOutput } from "@actions/core";
import type { Terminal } from "../adapters/terminal.ts";
import { chooseWord } from "../cli/arguments.ts";
import { failOns, formats, parseOutput, profiles, renderAs } from "../cli/check.ts";
import { exitCodes, HardenError } from "../core/harden-error.ts";
import { relativePath } from "../core/paths.ts";
import { countResults, reachesLimit, summarize, type Counts } from "../core/report/count.ts";
import { renderGithub } from "../core/report/github.ts";
import { makeVisible } from "../core/text.ts";
import { checkFleet } from "../usecases/check-fleet.ts";
import type { FleetFiles } from "../usecases/fleet-files.ts";
import { inputs, type InputName, type OutputName } from "./contract.ts";

export interface ActionShell {
  readonly terminal: Terminal;
  readonly files: FleetFiles;
  /** GITHUB_WORKSPACE, which GitHub takes the paths of annotations relative to. */
  readonly workspace: string | undefined;
}

/** Runs the Action once, and gives the exit code; whatever happens, never throws. */
export function runAction(shell: ActionShell): number {
  try {
    return runCommand(shell);
  } catch (error) {
    if (error instanceof HardenError) {
      setFailed(`${makeVisible(error.message)}\n${makeVisible(error.next)}`);
      return exitCodes[error.code];
    }
    const message = error instanceof Error ? error.message : String(error);
    setFailed(`this should not have happened: ${makeVisible(message)}\nNothing was changed.`);
    return exitCodes.broke;
  }
}

/** The text of an input; the runner sets an input that was left out to its default, or to nothing. */
function readInput(name: InputName): string | undefined {
  const text = getInput(name);
  return text === "" ? undefined : text;
}

function runCommand(shell: ActionShell): number {
  chooseWord("command", readInput("command"), ["check"], inputs.command);
  chooseWord("profile", readInput("profile"), profiles, inputs.profile);
  const failOn = chooseWord("fail-on", readInput("fail-on"), failOns, inputs["fail-on"]);
  const format = chooseWord("format", readInput("format"), formats, inputs.format);
  const reports = getMultilineInput("output" satisfies InputName).map(parseOutput);
  const typed = getMultilineInput("paths" satisfies InputName);
  const checked = checkFleet(typed.length > 0 ? typed : [inputs.paths], shell.files);
  const counts = countResults(checked);

  for (const { format: kind, file } of reports) {
    shell.terminal.write(file, renderAs(kind, checked, false));
  }
  if (format !== "github") shell.terminal.out(renderAs(format, checked, false));
  const where =
    format === "github" ? "set the input format to text to see all." : "all are listed above.";
  shell.terminal.out(renderGithub(checked, findPrefix(checked.root, shell), where));
  if (format !== "text") shell.terminal.out(`${summarize(counts)}\n`);
  writeOutputs(counts);
  return reachesLimit(counts, failOn) ? 1 : 0;
}

/** From the workspace to the root of the fleet: `` or `config/`. */
function findPrefix(root: string, { workspace, files }: ActionShell): string {
  if (workspace === undefined || workspace === "") return "";
  const real = (path: string): string => {
    const kind = files.kindOf(path);
    return "realPath" in kind ? kind.realPath : path;
  };
  const below = relativePath(real(files.absolute(workspace)), real(root));
  return below === undefined || below === "" ? "" : `${below}/`;
}

function writeOutputs({ findings, bySeverity, byVerdict, hosts, fixable }: Counts): void {
  const values: Readonly<Record<OutputName, number>> = {
    findings,
    errors: bySeverity.error,
    warnings: bySeverity.warning,
    hosts,
    hardened: byVerdict.hardened,
    fixable,
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
}
