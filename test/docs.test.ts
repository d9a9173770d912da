import { existsSync, readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { fillActionPage } from "../build/action-page.ts";
import { renderCliPage } from "../build/cli-page.ts";
import { renderExampleWorkflows } from "../build/example-workflows.ts";
import { fillKeyTables, keyTables } from "../build/key-tables.ts";
import { reasonGroups, renderReasonPage } from "../build/reason-page.ts";
import { renderRolloutStates } from "../build/rollout-states.ts";
import { renderRuleIndex, renderRulePage } from "../build/rule-pages.ts";
import { reasons } from "../src/core/base/reasons.ts";
import { assumptions } from "../src/core/fleet/assumptions.ts";
import { exampleWorkflows } from "../src/core/import/example-workflows.ts";
import { listStarterFiles } from "../src/core/import/starter-files.ts";
import { rules } from "../src/core/rules/index.ts";
import { version } from "../src/core/base/version.ts";
import { readGithubDescription } from "./support/fakes/github/github-description.ts";

interface RulesetRule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("every rule has its file, its generated page, and a test table", () => {
  const tests = readdirSync(new URL("core/", import.meta.url), {
    recursive: true,
    encoding: "utf8",
  })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => read(`test/core/${name}`))
    .join("\n");
  for (const rule of rules) {
    const name = rule.id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(read(`src/core/rules/catalog/${rule.id}.ts`)).toContain(`export const ${name}: Rule`);
    expect(read(`docs/rules/${rule.id}.md`)).toBe(renderRulePage(rule));
    const isTested =
      rule.check === undefined
        ? tests.includes(`${name}.id`)
        : tests.includes(`testRule(${name}, [`) || tests.includes(`testFolderRule(${name}, [`);
    expect(isTested, rule.id).toBe(true);
  }
  expect(read("docs/rules/README.md")).toBe(renderRuleIndex(rules));
});

test("the tables of docs/action.md match action.yml", () => {
  const page = read("docs/action.md");
  expect(fillActionPage(page)).toBe(page);
  expect(page).toContain("| `fail-on` |");
});

test("the page of rollout states is up to date", () => {
  expect(read("docs/rollout-states.md")).toBe(renderRolloutStates());
});

test("the page of reason codes is up to date, and lists every code", () => {
  expect(read("docs/reasons.md")).toBe(renderReasonPage());
  const listed = reasonGroups.flatMap(([, , group]) => Object.keys(group));
  expect([...new Set(listed)].toSorted()).toEqual(Object.keys(reasons).toSorted());
});

test("init writes the workflows of the example", () => {
  const written = read("src/core/import/example-workflows.ts");
  expect(written).toBe(renderExampleWorkflows());
  for (const [name, text] of Object.entries(exampleWorkflows)) {
    expect(text).toBe(read(`examples/config-repo/.github/workflows/${name}`));
  }
});

test("CODEOWNERS is the same in the example, in docs/settings.md, and commented out by init", () => {
  const example = read("examples/config-repo/.github/CODEOWNERS");
  expect(read("docs/settings.md")).toContain(`\n\`\`\`\n${example}\`\`\`\n`);
  const patternsOf = (text: string): readonly string[] =>
    [...text.matchAll(/^(?:# )?(\S+) +@\S+$/gm)].map(([, pattern = ""]) => pattern);
  const starter = listStarterFiles(undefined).find(({ path }) => path === ".github/CODEOWNERS");
  expect(patternsOf(starter?.bytes ?? "")).toEqual(patternsOf(example));
  expect(patternsOf(example).length).toBeGreaterThan(5);
  expect(starter?.bytes).not.toMatch(/^[^#]/m);
});

test("GitHub accepts the example ruleset, and it requires what is documented", () => {
  const ruleset: { readonly bypass_actors: unknown; readonly rules: readonly RulesetRule[] } =
    JSON.parse(read("examples/config-repo/ruleset.json"));
  const operation = readGithubDescription().paths["/repos/{owner}/{repo}/rulesets"]?.["post"];
  const schema = operation?.requestBody?.content["application/json"]?.schema ?? {};
  const validate = new Ajv.default({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(ruleset), JSON.stringify(validate.errors)).toBe(true);
  const parametersOf = (name: string) =>
    ruleset.rules.find(({ type }) => type === name)?.parameters;
  expect(ruleset.bypass_actors).toEqual([]);
  expect(parametersOf("pull_request")).toMatchObject({ require_code_owner_review: true });
  const workflow = parseYaml(read("examples/config-repo/.github/workflows/sesam-harden.yml"));
  const jobs = Object.keys(workflow.jobs).map((context) => ({ context }));
  expect(parametersOf("required_status_checks")).toMatchObject({ required_status_checks: jobs });
});

test("docs/seed.md links every rule that the procedure requires", () => {
  const text = read("docs/seed.md");
  const ours = ["unreadable", "encoding", "suppression", "unknown-key", "duplicate-key"];
  const asked = rules.filter(({ id, profiles }) => profiles === undefined && !ours.includes(id));
  expect(asked.filter(({ id }) => !text.includes(`(rules/${id}.md)`)).map(({ id }) => id)).toEqual(
    [],
  );
});

test("docs/cli.md is up to date", () => {
  expect(read("docs/cli.md")).toBe(renderCliPage());
});

test.each([...new Set(Object.values(keyTables).map(([page]) => page))])(
  "the tables of keys in docs/%s are up to date",
  (page) => {
    const text = read(`docs/${page}`);
    expect(fillKeyTables(page, text)).toBe(text);
  },
);

test("docs/settings.md and the schema name every assumption", () => {
  const rows = [...read("docs/settings.md").matchAll(/^\| `([a-z-]+)` +\| ([^|]*[^| ]) +\|/gm)];
  const named = rows.map(([, code = "", text = ""]) => [code, text] as const);
  const codes = Object.keys(assumptions);
  expect(Object.fromEntries(named.filter(([code]) => codes.includes(code)))).toEqual(
    Object.fromEntries(
      Object.entries(assumptions).map(([code, text]) => [
        code,
        text.replaceAll("[STPD_Server]", "`[STPD_Server]`"),
      ]),
    ),
  );
  const schema = JSON.parse(read("docs/schema/check.schema.json"));
  const { items } = schema.properties.hosts.items.properties.assumptions;
  expect(items.enum).toEqual(codes);
});

test("no page of a removed rule is left", () => {
  const pages = readdirSync(new URL("../docs/rules/", import.meta.url)).toSorted();
  expect(pages).toEqual(["README.md", ...rules.map(({ id }) => `${id}.md`)].toSorted());
});

/** Pages that name files of the project for contributors. */
const mapPages = [
  "docs/ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ".github/pull_request_template.md",
  ...readdirSync(new URL("../docs/adr/", import.meta.url)).map((name) => `docs/adr/${name}`),
];

/**
 * Paths below the top of the project that a page names, in text, in diagrams and as links; up to a
 * placeholder such as `<id>`. Code files are named by their whole path.
 */
function pathsOf(page: string): readonly string[] {
  const text = read(page);
  const folders = "src|bot|test|build|docs|examples|bench|bin|dist|findings|\\.github|\\.ci";
  const whole = new RegExp(`(?<![\\w./@-])(?:${folders})/[\\w./-]*`, "g");
  const named = [...text.matchAll(whole)].map(([path]) => path.replace(/\.$/, ""));
  const code = [...text.matchAll(/`([\w./-]+\.(?:ts|js|mjs))`/g)].map(([, path = ""]) => path);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) =>
    new URL(link, new URL(`file:///${page}`)).pathname.slice(1),
  );
  return [...new Set([...named, ...code, ...links])];
}

test("the pages for contributors name only existing files", () => {
  const gone = mapPages.flatMap((page) =>
    pathsOf(page)
      .filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))
      .map((path) => `${page}: ${path}`),
  );
  expect(gone).toEqual([]);
  expect(pathsOf("docs/ARCHITECTURE.md")).toContain("src/core/fix/lockout-guard.ts");
});

test("each decision record has its four headings, and is in the list", () => {
  const list = read("docs/adr/README.md");
  const records = readdirSync(new URL("../docs/adr/", import.meta.url)).filter((name) =>
    /^\d/.test(name),
  );
  const headings = ["Context", "Decision", "Alternatives", "Consequences"];
  for (const [index, name] of records.entries()) {
    const text = read(`docs/adr/${name}`);
    const title = /^# (\d+)\. (.+)$/m.exec(text);
    expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    expect([Number(name.slice(0, 4)), Number(title?.[1])]).toEqual([index + 1, index + 1]);
    expect(list).toContain(`${index + 1}. [${title?.[2]}](${name})`);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(headings);
  }
});

test("the version is that of package.json, and the newest of the change log", () => {
  expect(JSON.parse(read("package.json")).version).toBe(version);
  expect(/^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/m.exec(read("CHANGELOG.md"))?.[1]).toBe(version);
});
