import { readFileSync } from "node:fs";

const names = ["sesam-harden.yml", "sesam-harden-fix.yml"];

/** The module that holds the workflows of the example as text, so that `import` can write them. */
export function renderExampleWorkflows(): string {
  const folder = new URL("../examples/config-repo/.github/workflows/", import.meta.url);
  const members = names.map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const lines = text.split("\n").map((line) => `    ${JSON.stringify(line)},\n`);
    return `  ${JSON.stringify(name)}: [\n${lines.join("")}  ].join("\\n"),\n`;
  });
  return `/** Written by npm run docs from examples/config-repo/.github/workflows. */
export const exampleWorkflows: Readonly<Record<string, string>> = {
${members.join("")}};
`;
}
