import { docsUrl } from "../../core/base/docs-url.ts";
import { wrapWords } from "../../core/base/text.ts";
import { isCommandName, listVerbs, optionKinds, type CommandName } from "../option-kinds.ts";
import { commandTexts, hostGroup, type CommandText } from "./command-texts.ts";

const width = 80;
/** Start of the second column. */
const column = 30;

const programText =
  "sesam-harden lints stpd.ini files of SEP sesam in a config repo, deploys them to the hosts, and verifies over the network that they took effect.";
export const exitCodesText =
  "0 clean; 1 findings; 2 wrong usage or settings; 3 no stpd.ini found; 4 internal error, or result inconclusive.";

export interface OptionRow {
  /** Includes the two hyphens. */
  readonly name: string;
  /** The value, such as `FILE` or `text|json`; empty for a flag. */
  readonly value: string;
  readonly text: string;
  readonly isRepeatable: boolean;
}

/** Options of a command, in the order in which help, completion and docs/cli.md show them. */
export function listOptions(command: CommandName): readonly OptionRow[] {
  const { options }: CommandText = commandTexts[command];
  const kinds: Readonly<Record<string, string>> = optionKinds[command];
  return Object.entries(options).map(([name, about]) => {
    const [value, text] = typeof about === "string" ? ["", about] : about;
    return { name, value, text, isRepeatable: kinds[name] === "many" };
  });
}

/** Commands under the headings of the overview. */
export function groupCommands(
  isShown: (name: CommandName) => boolean = () => true,
): ReadonlyMap<string, readonly CommandName[]> {
  const names = Object.keys(commandTexts).filter(isCommandName).filter(isShown);
  return Map.groupBy(names, (name) => commandTexts[name].group);
}

export function usageOf(name: CommandName): string {
  const { takes, options }: CommandText = commandTexts[name];
  const rest = Object.keys(options).length > 0 ? ["[OPTIONS]"] : [];
  return ["sesam-harden", name, ...(takes === undefined ? [] : [takes]), ...rest].join(" ");
}

export function listExamples(name: CommandName): readonly string[] {
  const { group, examples }: CommandText = commandTexts[name];
  const root = group === hostGroup ? "sudo " : "";
  return examples.map((line) => `${root}sesam-harden ${name} ${line}`.trim());
}

/** All commands, one line each. */
export function renderOverview(): string {
  return `${wrapWords(programText, width, "")}

Usage: sesam-harden COMMAND [OPTIONS]
${renderCommands()}
sesam-harden COMMAND --help shows options and examples.
Documentation: ${docsUrl}

${wrapWords(`Exit codes: ${exitCodesText}`, width, "")}
With no arguments, on a GitHub runner, it runs as the Action.
`;
}

/** Help of a command as returned by findCommand(); for a first word only, its commands. */
export function renderCommandHelp(name: string): string {
  if (isCommandName(name)) return renderCommand(name);
  return `Usage: sesam-harden ${name} ${listVerbs(name).join("|")} [OPTIONS]
${renderCommands((command) => command.startsWith(`${name} `))}
sesam-harden ${name} COMMAND --help shows options and examples.
`;
}

function renderCommands(isShown?: (name: CommandName) => boolean): string {
  const groups = [...groupCommands(isShown)];
  return groups
    .map(([group, names]) => {
      const rows = names.map((name) => renderRow(name, commandTexts[name].what, 18));
      return `\n${group}:\n${rows.join("\n")}\n`;
    })
    .join("");
}

function renderCommand(name: CommandName): string {
  const { what, more, exitCodes, page }: CommandText = commandTexts[name];
  const rows = listOptions(name).map((option) =>
    renderRow(
      `${option.name} ${option.value}`.trim(),
      option.text + (option.isRepeatable ? "; repeatable" : ""),
      column,
    ),
  );
  const examples = listExamples(name).map((line) => `  ${line}`);
  const parts = [
    `${what}.`,
    `Usage: ${usageOf(name)}`,
    more && wrapWords(more, width, ""),
    rows.length > 0 && `Options:\n${rows.join("\n")}`,
    `Examples:\n${examples.join("\n")}`,
    exitCodes && `Exit codes: ${exitCodes}`,
    page && `Documentation: ${docsUrl}${page}.md`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** Two columns; the second starts in the next line if the first is too long. */
function renderRow(left: string, right: string, indent: number): string {
  const text = wrapWords(right, width - indent, " ".repeat(indent));
  const start = `  ${left}`;
  return start.length + 2 > indent ? `${start}\n${text}` : start.padEnd(indent) + text.trimStart();
}
