import { usage } from "../../shell/options.ts";
import type { Shell } from "../../shell/context.ts";
import { completionScripts } from "../help/completion-scripts.ts";
import { parseCommand } from "../option-kinds.ts";

/** Prints a completion script. */
export function runCompletion(
  args: readonly string[],
  { terminal }: Pick<Shell, "terminal">,
): number {
  const { positionals } = parseCommand(args, "completion");
  const [shell = ""] = positionals;
  const scripts: Readonly<Record<string, () => string>> = completionScripts;
  const render = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (render === undefined || positionals.length > 1) {
    const shells = Object.keys(scripts);
    throw usage(`completion needs one of ${shells.join(", ")}`, shell, shells);
  }
  const how = `printed by: sesam-harden completion ${shell}`;
  terminal.out(`${shell === "zsh" ? "#compdef sesam-harden\n" : ""}# ${how}\n${render()}`);
  return 0;
}
