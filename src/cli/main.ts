import { exitCodes, HardenError } from "../core/harden-error.ts";
import type { Problem } from "../core/policy/problem.ts";
import { decodeBytes, makeVisible } from "../core/text.ts";
import { version } from "../core/version.ts";
import { usage } from "./arguments.ts";
import { runCheck } from "./check.ts";
import { help } from "./help.ts";
import { runPriority } from "./priority.ts";
import { runExplain, runRules } from "./rules.ts";
import type { Shell } from "./shell.ts";

type Command = (args: readonly string[], shell: Shell) => number;

const commands: Readonly<Record<string, Command>> = {
  check: runCheck,
  priority: runPriority,
  rules: runRules,
  explain: runExplain,
};

/** Runs one command line, and gives the exit code; whatever happens, never throws. */
export function runCli(args: readonly string[], shell: Shell): number {
  try {
    return dispatch(args, shell);
  } catch (error) {
    return reportError(error, shell);
  }
}

function dispatch([name, ...args]: readonly string[], shell: Shell): number {
  const before = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  if (name === "--help" || name === "-h" || name === "help" || before.includes("--help")) {
    shell.terminal.out(help);
    return 0;
  }
  if (name === "--version") {
    shell.terminal.out(`${version}\n`);
    return 0;
  }
  if (name === undefined) throw usage("no command was given");
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw usage(`${makeVisible(name)} is no command`, name, Object.keys(commands));
  }
  return command(args, shell);
}

const shownProblems = 20;

/** Indented, since no line may start with text of a file. */
function showProblem({ file, line, column, message, next }: Problem): string {
  const path = file.startsWith(":") ? `./${file}` : file;
  return `  ${makeVisible(`${path}:${line}:${column}: ${decodeBytes(message)}`)} ${makeVisible(decodeBytes(next))}`;
}

/** What went wrong, and what to do next, on standard error; gives the exit code. */
export function reportError(error: unknown, { terminal }: Pick<Shell, "terminal">): number {
  if (error instanceof HardenError) {
    const problems = error.problems.slice(0, shownProblems).map(showProblem);
    const left = error.problems.length - problems.length;
    const more = left > 0 ? [`  and ${left} more`] : [];
    const first = `sesam-harden: ${makeVisible(error.message)}`;
    terminal.err(`${[first, ...problems, ...more, makeVisible(error.next)].join("\n")}\n`);
    return exitCodes[error.code];
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(
    `sesam-harden: this should not have happened: ${makeVisible(message)}\nNothing was changed. Please report it, with the command line.\n`,
  );
  return exitCodes.broke;
}
