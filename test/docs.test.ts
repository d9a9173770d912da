import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderRolloutStates } from "../build/rollout-states.ts";
import { renderRuleIndex, renderRulePage } from "../build/rule-pages.ts";
import { help } from "../src/cli/help.ts";
import { inventoryOptions } from "../src/cli/commands/support/inventory-options.ts";
import { assumptions } from "../src/core/fleet/assumptions.ts";
import { rules } from "../src/core/rules/index.ts";
import { version } from "../src/core/base/version.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("every rule has its file, its page as npm run docs writes it, and a test table", () => {
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

test("the page of the states of a rollout is as npm run docs writes it", () => {
  expect(read("docs/rollout-states.md")).toBe(renderRolloutStates());
});

test("docs/seed.md leads to every rule that the procedure asks for", () => {
  const text = read("docs/seed.md");
  const ours = ["unreadable", "encoding", "suppression", "unknown-key", "duplicate-key"];
  const asked = rules.filter(({ id, profiles }) => profiles === undefined && !ours.includes(id));
  expect(asked.filter(({ id }) => !text.includes(`(rules/${id}.md)`)).map(({ id }) => id)).toEqual(
    [],
  );
});

test("docs/inventory.md and the help know every option of inventory", () => {
  const text = read("docs/inventory.md");
  const rows = [...text.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(Object.keys(inventoryOptions).toSorted());
  for (const name of Object.keys(inventoryOptions)) expect(help).toContain(name);
});

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

test("there is no page of a rule that is gone", () => {
  const pages = readdirSync(new URL("../docs/rules/", import.meta.url)).toSorted();
  expect(pages).toEqual(["README.md", ...rules.map(({ id }) => `${id}.md`)].toSorted());
});

test("the version is that of package.json, and the newest of the change log", () => {
  expect(JSON.parse(read("package.json")).version).toBe(version);
  expect(/^## (\d\S+)/m.exec(read("CHANGELOG.md"))?.[1]).toBe(version);
});
