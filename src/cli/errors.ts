import { exitCodes, HardenError } from "../core/harden-error.ts";
import type { Problem } from "../core/policy/problem.ts";
import { decodeBytes, makeVisible } from "../core/text.ts";
import type { Shell } from "./shell.ts";

const shownProblems = 20;

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
    `sesam-harden: this should not have happened: ${makeVisible(message)}\nNothing more was changed. Please report it, with the command line.\n`,
  );
  return exitCodes.broke;
}

/** An error that nothing caught always is a fault, so its exit code never means findings. */
export function reportUncaught(error: unknown, shell: Pick<Shell, "terminal">): number {
  reportError(error, shell);
  return exitCodes.broke;
}

/** Indented, since no line may start with text of a file. */
function showProblem({ file, line, column, message, next }: Problem): string {
  const path = file.startsWith(":") ? `./${file}` : file;
  const place = makeVisible(`${path}:${line}:${column}: ${decodeBytes(message)}`);
  return `  ${place} ${makeVisible(decodeBytes(next))}`;
}
