import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface ActionFile {
  readonly inputs: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly default: string;
        readonly deprecationMessage?: string;
      }
    >
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const folders = { "": "", gate: "gate/", judge: "judge/" } as const;

/** Fills the tables of docs/action.md from the action.yml files, which GitHub itself reads. */
export function fillActionPage(page: string): string {
  let filled = page;
  for (const [action, folder] of Object.entries(folders)) {
    const file = readFileSync(new URL(`../${folder}action.yml`, import.meta.url), "utf8");
    const { inputs, outputs } = parse(file) as ActionFile;
    const inputRows = Object.entries(inputs)
      // A sub-action sets its command itself.
      .filter(([name, { deprecationMessage }]) =>
        action === "" ? deprecationMessage === undefined : name !== "command",
      )
      .map(([name, { description, default: value }]) => [
        `\`${name}\``,
        value === "" ? "" : `\`${value}\``,
        description,
      ]);
    const outputRows = Object.entries(outputs)
      .filter(([, { description }]) => !description.startsWith("Output of "))
      .map(([name, { description }]) => [`\`${name}\``, description]);
    const start = action === "" ? "" : `${action} `;
    filled = fill(filled, `${start}inputs`, [["input", "default", "meaning"], ...inputRows]);
    filled = fill(filled, `${start}outputs`, [["output", "meaning"], ...outputRows]);
  }
  return filled;
}

function fill(page: string, name: string, [head = [], ...rows]: readonly string[][]): string {
  const place = new RegExp(`(<!-- npm run docs: ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(page)) throw new Error(`docs/action.md has no place for the ${name}`);
  const table = [head, head.map(() => "---"), ...rows].map(renderRow).join("");
  return page.replace(place, (_, start: string, end: string) => `${start}\n${table}\n${end}`);
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}
