import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { isOver, type RolloutState } from "../src/core/rollout/state/rollout.ts";
import { transitions } from "../src/core/rollout/state/transition-table.ts";

const top = new URL("../", import.meta.url);

/** action.yml and every workflow of the project and its examples. */
const files = readdirSync(top, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => !/(^|\/)(node_modules|\.git)\//.test(name))
  .filter(
    (name) =>
      /^((gate|judge)\/)?action\.yml$/.test(name) ||
      /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(name),
  );

/** The project's own workflows. */
const own = files.filter((name) => name.startsWith(".github/"));

const read = (name: string): string => readFileSync(new URL(name, top), "utf8");

/** Messages of GitHub's own language service, per file. */
function lint(inputs: readonly { readonly name: string; readonly text: string }[]) {
  const path = (name: string): string =>
    fileURLToPath(new URL(`support/harness/${name}`, import.meta.url));
  const hooks = new URL("support/harness/json-imports.mjs", import.meta.url).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", hooks, path("workflow-linter.ts")],
    { input: JSON.stringify(inputs), encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as readonly (readonly string[])[];
}

test("GitHub's language service reports nothing about our files", () => {
  expect(files).toContain("action.yml");
  expect(own.length).toBeGreaterThan(4);
  expect(files).toContain("examples/config-repo/.github/workflows/sesam-harden.yml");
  expect(lint(files.map((name) => ({ name, text: read(name) }))).flat()).toEqual([]);
});

test("the workflows of the README are those of the example", () => {
  const shown = [...read("README.md").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml);
  const examples = files.filter((name) => name.startsWith("examples/")).map(read);
  expect(shown.length).toBeGreaterThan(1);
  expect(examples).toEqual(expect.arrayContaining(shown));
});

test("a host is not changed after the rollout ended, in any state", () => {
  const workflow = read("examples/config-repo/.github/workflows/sesam-rollout.yml");
  const words = /"kind":"\(([a-z|]+)\)/.exec(workflow)?.[1] ?? "none";
  const pattern = new RegExp(`"kind":"(${words})`);
  const ended = (Object.keys(transitions) as (keyof typeof transitions)[]).filter(
    (kind) => isOver({ kind } as RolloutState) || kind.startsWith("abort"),
  );
  // A rollout that succeeded has no running wave.
  const missed = ended.filter((kind) => kind !== "succeeded" && !pattern.test(`"kind":"${kind}"`));
  expect(missed).toEqual([]);
});

test("detects mistakes", () => {
  const wrong = [
    { name: "action.yml", text: read("action.yml").replace("node24", "node99") },
    {
      name: ".github/workflows/a.yml",
      text: "on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n",
    },
  ];
  expect(lint(wrong).map(({ length }) => length > 0)).toEqual([true, true]);
});

// @actions/languageservice 0.3.61 gives these no severity, so that a filter by it would drop them.
test("detects what the service gives no severity", () => {
  const text = `on: push
jobs:
  a:
    runs-on: x
    needs: nobody
    steps:
      - id: 1a
        run: echo
      - run: echo \${{ foo( }}
`;
  const [found = []] = lint([{ name: ".github/workflows/b.yml", text }]);
  expect(found).toEqual([
    expect.stringContaining("'nobody' is not valid"),
    expect.stringContaining("Unexpected end of expression"),
    expect.stringContaining("identifier '1a' is invalid"),
    expect.stringContaining("at least one job with no dependencies"),
  ]);
});

interface MatrixJob {
  readonly strategy?: { readonly matrix?: string | Readonly<Record<string, unknown>> };
}

/** The output of gate for each job; see README.md. */
const gateMatrix = ["host", "runner", "file"];

/** Uses of a matrix that a job does not have, which the language service ignores. */
function findMatrixFaults(text: string): readonly string[] {
  const { jobs } = parseYaml(text);
  return Object.entries<MatrixJob>(jobs ?? {}).flatMap(([name, job]) => {
    const { strategy: { matrix } = {}, ...rest } = job;
    const keys =
      matrix === undefined ? [] : typeof matrix === "string" ? gateMatrix : keysOf(matrix);
    const used = [...JSON.stringify(rest).matchAll(/\$\{\{[^}]*?\bmatrix\.(\w+)/g)];
    return used.flatMap(([, key = ""]) => (keys.includes(key) ? [] : [`${name}: matrix.${key}`]));
  });
}

function keysOf(matrix: Readonly<Record<string, unknown>>): readonly string[] {
  const { include = [], ...rest } = matrix;
  return [...Object.keys(rest), ...(include as readonly object[]).flatMap(Object.keys)];
}

test("no workflow uses a matrix that its job does not have", () => {
  const text = "on: push\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    steps: [{ run: a }]\n";
  expect(lint([{ name: ".github/workflows/m.yml", text }])).toEqual([[]]);
  expect(findMatrixFaults(text)).toEqual(["a: matrix.os"]);
  const workflows = files.filter((name) => name !== "action.yml");
  expect(workflows.flatMap((name) => findMatrixFaults(read(name)))).toEqual([]);
  const rollout = read("examples/config-repo/.github/workflows/sesam-rollout.yml");
  const worse = rollout.replace("matrix: ${{ fromJSON", "metrix: ${{ fromJSON");
  expect(new Set(findMatrixFaults(worse))).toEqual(
    new Set([expect.anything(), expect.anything(), expect.anything()]),
  );
});

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

/** Violations of the project's own rules for its workflows; empty for a good one. */
function judge(text: string): string[] {
  const { on, permissions, jobs } = parseYaml(text);
  const problems = [...text.matchAll(/^.*\buses:\s*(.*)$/gm)]
    .map(([, use]) => use ?? "")
    .filter((use) => !use.startsWith("./"))
    .filter((use) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))
    .map((use) => `not pinned: ${use}`);
  if (Object.keys(on).includes("pull_request_target")) problems.push("pull_request_target");
  if (permissions === undefined) problems.push("no permissions");
  if (Object.values(permissions ?? {}).includes("write")) problems.push("all jobs may write");
  for (const [name, job] of Object.entries<Job>(jobs)) {
    const steps = job.steps ?? [];
    if (job.uses === undefined && job["timeout-minutes"] === undefined) {
      problems.push(`${name}: no timeout`);
    }
    for (const { uses, run, with: inputs } of steps) {
      if (uses?.startsWith("actions/checkout@") && inputs?.["persist-credentials"] !== false) {
        problems.push(`${name}: the checkout leaves its credentials`);
      }
      // What GitHub inserts into a script before a shell reads it may itself be a script.
      if (run?.includes("${{")) problems.push(`${name}: an expression in a script`);
    }
    const mayChange = Object.values(job.permissions ?? {}).includes("write");
    const runsOthersCode = steps.some(({ run }) => /\b(npm|npx|node|deno)\b/.test(run ?? ""));
    if (mayChange && runsOthersCode) problems.push(`${name}: code of dependencies may write`);
  }
  return problems;
}

test.each(own)("%s is pinned by commit, and has minimal permissions", (name) => {
  expect(judge(read(name))).toEqual([]);
});

test("an action is at one commit in all workflows", () => {
  const uses = own.flatMap((name) => [...read(name).matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(.*)/g)]);
  const pins = new Map(uses.map(([, action = "", pin = ""]) => [action, pin]));
  expect(uses.filter(([, action = "", pin]) => pins.get(action) !== pin)).toEqual([]);
  expect(pins.size).toBeGreaterThan(5);
});

test.each([
  ["not pinned", /@[0-9a-f]{40} # v/g, "@v"],
  ["not pinned", / # v[\d.]+$/gm, ""],
  ["pull_request_target", /^ {2}push:/m, "  pull_request_target:"],
  ["no permissions", /^permissions: .*$/m, ""],
  ["all jobs may write", /^permissions: .*$/m, "permissions: { contents: write }"],
  ["no timeout", /^ {4}timeout-minutes: .*$/gm, ""],
  ["leaves its credentials", "persist-credentials: false", "persist-credentials: true"],
  ["an expression in a script", "- run: npm ci", "- run: npm ci ${{ github.ref_name }}"],
  ["code of dependencies may write", /contents: read/g, "contents: write"],
])("detects a worse workflow: %s", (problem, from, to) => {
  const release = read(".github/workflows/release.yml");
  const worse = release.replace(from, to);
  expect(worse).not.toBe(release);
  expect(judge(worse).join("\n")).toContain(problem);
});

test("Windows and macOS run the tests that start no other program, and say so", async () => {
  const { sortTests } = await import("./without-peers.ts");
  const { portable, left } = sortTests();
  expect(read(".github/workflows/ci.yml")).toContain("run: node test/without-peers.ts");
  // The snapshots of the scripts; nothing here could parse PowerShell.
  expect(read(".github/workflows/ci.yml")).toContain("test/core/report/runbook-*.ps1");
  expect(portable).toEqual(
    expect.arrayContaining([
      "core/formats/ini/document.test.ts",
      "schema.test.ts",
      "action/action.test.ts",
    ]),
  );
  expect(left).toEqual(
    expect.arrayContaining(["peers/stpd.test.ts", "cli/apply.test.ts", "package.test.ts"]),
  );
});

interface FormElement {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: { readonly required?: boolean };
}

/** The attributes that GitHub documents for each type, the required ones first. */
const formAttributes: Readonly<Record<string, readonly string[]>> = {
  markdown: ["value"],
  input: ["label", "description", "placeholder", "value"],
  textarea: ["label", "description", "placeholder", "value", "render"],
  dropdown: ["label", "options", "description", "multiple", "default"],
  checkboxes: ["label", "options", "description"],
};

/** Problems of an issue form for GitHub; empty for a good one. */
function judgeForm(text: string): string[] {
  const { name, description, body } = parseYaml(text);
  const problems = [name, description].every((one) => typeof one === "string") ? [] : ["no name"];
  const elements = body as readonly FormElement[];
  const ids = elements.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (new Set(ids).size < ids.length) problems.push("one id twice");
  if (ids.some((id) => !/^[\w-]+$/.test(id))) problems.push("an id with other characters");
  if (elements.every(({ type }) => type === "markdown")) problems.push("nothing to fill in");
  for (const { type, attributes } of elements) {
    const known = formAttributes[type];
    if (known === undefined) problems.push(`no type: ${type}`);
    const others = Object.keys(attributes).filter((key) => known?.includes(key) === false);
    if (others.length > 0) problems.push(`${type} has no ${others.join(", ")}`);
    const needed = type === "dropdown" || type === "checkboxes" ? 2 : 1;
    const missing = (known ?? []).slice(0, needed).filter((key) => attributes[key] === undefined);
    if (missing.length > 0) problems.push(`${type} without ${missing.join(", ")}`);
    const options = (attributes["options"] ?? []) as readonly unknown[];
    if (new Set(options).size < options.length) problems.push("one option twice");
  }
  return problems;
}

test("GitHub accepts the issue forms, and they link the security policy", () => {
  const folder = ".github/ISSUE_TEMPLATE/";
  const forms = readdirSync(new URL(folder, top)).filter((name) => name !== "config.yml");
  expect(forms.length).toBeGreaterThan(2);
  for (const name of forms) expect(judgeForm(read(folder + name)), name).toEqual([]);
  const { contact_links: links } = parseYaml(read(`${folder}config.yml`));
  expect(links).toMatchObject([{ url: expect.stringMatching(/^https:.*\/security\/policy$/) }]);
  const wrong = read(folder + forms[0]).replace("type: input", "type: inputs");
  expect(judgeForm(wrong)).not.toEqual([]);
});
