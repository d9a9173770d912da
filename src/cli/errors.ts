import { isNotPermitted } from "../adapters/runtime/deno-permission.ts";
import { exitCodes, HardenError, type Problem } from "../core/base/errors.ts";
import { decodeBytes, joinSentences, makeVisible, startSafely } from "../core/base/text.ts";
import { usage, UsageError } from "../shell/options.ts";
import { optionKinds } from "./option-kinds.ts";
import type { Shell } from "../shell/context.ts";

const shownProblems = 20;

/**
 * Prints an error and what to do next on standard error, and returns the exit code. For a wrong
 * command line it names the help of the command.
 */
export function reportError(
  error: unknown,
  { terminal }: Pick<Shell, "terminal">,
  command?: string,
): number {
  if (error instanceof HardenError) {
    const own = command === undefined ? "" : ` ${command}`;
    const help = error instanceof UsageError ? [`See sesam-harden${own} --help.`] : [];
    terminal.err(`sesam-harden: ${[...listLines(error), ...help].join("\n")}\n`);
    return exitCodes[error.code];
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isNotPermitted(error)) {
    terminal.err(`sesam-harden: Deno denied permission: ${makeVisible(message)}\n`);
    return exitCodes.broke;
  }
  terminal.err(
    `sesam-harden: internal error: ${makeVisible(message)}\nNothing else was changed. Please report this bug with the command line.\n`,
  );
  return exitCodes.broke;
}

/** Reports an uncaught error. The exit code is always that of a failure, never that of findings. */
export function reportUncaught(error: unknown, shell: Pick<Shell, "terminal">): number {
  reportError(error, shell);
  return exitCodes.broke;
}

function listLines({ message, problems, next }: HardenError): readonly string[] {
  const shown = problems.slice(0, shownProblems).map(showProblem);
  const left = problems.length - shown.length;
  const more = left > 0 ? [`  and ${left} more`] : [];
  return [makeVisible(message), ...shown, ...more, ...(next === "" ? [] : [makeVisible(next)])];
}

/** The error for an unknown command. */
export function unknownCommand(typed: string): UsageError {
  const names = Object.keys(optionKinds);
  const known = [...names, ...names.map((name) => name.replace(/ .*/, ""))];
  return usage(`unknown command '${makeVisible(typed)}'`, typed, known);
}

/** The message of an error in one line. */
export function explainError(error: unknown): string {
  if (error instanceof HardenError) {
    const [message, ...others] = listLines(error);
    return [message, others.map((line) => line.trim()).join(" ")].filter(Boolean).join(": ");
  }
  return error instanceof Error ? error.message : String(error);
}

/** Indented, because no line may start with text from a file. */
function showProblem({ file, line, column, message, next }: Problem): string {
  const place = makeVisible(`${startSafely(file)}:${line}:${column}: ${decodeBytes(message)}`);
  return `  ${joinSentences(place, makeVisible(decodeBytes(next)))}`;
}
