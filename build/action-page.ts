import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface ActionFile {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Fills the tables of docs/action.md from action.yml, the file that GitHub itself reads. */
export function fillActionPage(page: string): string {
  const file = readFileSync(new URL("../action.yml", import.meta.url), "utf8");
  const { inputs, outputs } = parse(file) as ActionFile;
  const inputRows = Object.entries(inputs).map(([name, { description, default: value }]) => [
    `\`${name}\``,
    value === "" ? "" : `\`${value}\``,
    description,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ]);
  const filled = fill(page, "inputs", [["input", "default", "meaning"], ...inputRows]);
  return fill(filled, "outputs", [["output", "meaning"], ...outputRows]);
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
