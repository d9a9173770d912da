import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const top = new URL("../", import.meta.url);

/** action.yml and every workflow of the project and its examples. */
const files = readdirSync(top, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => !/(^|\/)(node_modules|\.git)\//.test(name))
  .filter((name) => name === "action.yml" || /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(name));

const read = (name: string): string => readFileSync(new URL(name, top), "utf8");

/** GitHub's own language service, for each file what it has to say. */
function lint(inputs: readonly { readonly name: string; readonly text: string }[]) {
  const path = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));
  const hooks = new URL("support/json-imports.mjs", import.meta.url).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", hooks, path("workflow-linter.ts")],
    { input: JSON.stringify(inputs), encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as readonly (readonly string[])[];
}

test("GitHub's language service has nothing to say about our files", () => {
  expect(files).toContain("action.yml");
  expect(files).toContain("examples/config-repo/.github/workflows/sesam-harden.yml");
  expect(lint(files.map((name) => ({ name, text: read(name) }))).flat()).toEqual([]);
});

test("the workflows of the README are those of the example", () => {
  const shown = [...read("README.md").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml);
  const own = files.filter((name) => name.startsWith("examples/")).map(read);
  expect(shown.length).toBeGreaterThan(1);
  expect(own).toEqual(expect.arrayContaining(shown));
});

test("it sees mistakes", () => {
  const wrong = [
    { name: "action.yml", text: read("action.yml").replace("node24", "node99") },
    {
      name: ".github/workflows/a.yml",
      text: "on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n",
    },
  ];
  expect(lint(wrong).map(({ length }) => length > 0)).toEqual([true, true]);
});
