import type { Shell } from "../../shell/context.ts";
import { unknownCommand } from "../errors.ts";
import { renderCommandHelp, renderOverview } from "../help/render-help.ts";
import { findCommand } from "../option-kinds.ts";

/** Prints the help of a command, or the overview; ignores options after the command. */
export function runHelp(args: readonly string[], { terminal }: Pick<Shell, "terminal">): number {
  const end = args.findIndex((arg) => arg.startsWith("-"));
  const words = end < 0 ? args : args.slice(0, end);
  const name = findCommand(words);
  if (words.length > (name?.split(" ").length ?? 0)) throw unknownCommand(words.join(" "));
  terminal.out(name === undefined ? renderOverview() : renderCommandHelp(name));
  return 0;
}
