import { commandTexts, type CommandText } from "../src/cli/help/command-texts.ts";
import {
  exitCodesText,
  groupCommands,
  listExamples,
  listOptions,
  usageOf,
} from "../src/cli/help/render-help.ts";
import type { CommandName } from "../src/cli/option-kinds.ts";

/** docs/cli.md: what `sesam-harden COMMAND --help` shows, for all commands. */
export function renderCliPage(): string {
  const groups = [...groupCommands()];
  const index = groups.map(
    ([group, names]) =>
      `**${group}**: ${names.map((name) => `[${name}](#${name.replace(" ", "-")})`).join(", ")}`,
  );
  const commands = groups.flatMap(([, names]) => names.map(renderCommand));
  return `# Command line

Written by \`npm run docs\` from the tables that the program itself reads; \`sesam-harden COMMAND --help\` shows the same. In a clone, \`node dist/index.js\` is the program.

${index.join("\n\n")}

Exit codes: ${escapeText(exitCodesText)} A command with other codes lists them.

Colors: \`--color\` decides. Without it, \`NO_COLOR\` turns colors off and \`FORCE_COLOR\` turns them on, or off if it is \`0\` or \`false\`; an empty variable counts as not set, and \`NO_COLOR\` wins. Deno tells the program only about \`NO_COLOR\`: use \`--color always\` there. Otherwise there are colors on a terminal only.

With no arguments, on a GitHub runner, the program runs as the [Action](action.md).

${commands.join("\n")}`;
}

function renderCommand(name: CommandName): string {
  const { what, more, exitCodes, page }: CommandText = commandTexts[name];
  const link = page === undefined ? "" : ` See [${page}.md](${page}.md).`;
  const options = listOptions(name).map(({ name: option, value, text, isRepeatable }) => {
    const typed = `${option} ${value}`.trim().replaceAll("|", "\\|");
    return `| \`${typed}\` | ${escapeText(text)}${isRepeatable ? "; repeatable" : ""} |\n`;
  });
  const parts = [
    `## ${name}\n`,
    `\`${usageOf(name)}\`\n`,
    `${escapeText(what)}.${more === undefined ? "" : ` ${escapeText(more)}`}${link}\n`,
    ...(options.length === 0 ? [] : [`| option | meaning |\n| --- | --- |\n${options.join("")}`]),
    `${listExamples(name)
      .map((line) => `    ${line}\n`)
      .join("")}`,
    ...(exitCodes === undefined ? [] : [`Exit codes: ${exitCodes}\n`]),
  ];
  return parts.join("\n");
}

/** Words in the texts that Markdown would interpret. */
function escapeText(text: string): string {
  return text.replaceAll(/[|*_<[]/g, "\\$&");
}
