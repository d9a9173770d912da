import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderRuleIndex, renderRulePage } from "../build/rule-pages.ts";
import { rules } from "../src/core/rules/index.ts";
import { version } from "../src/version.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("every rule has its file, its page as npm run docs writes it, and a test table", () => {
  const tables = readdirSync(new URL("core/rules/", import.meta.url))
    .map((name) => read(`test/core/rules/${name}`))
    .join("\n");
  for (const rule of rules) {
    const name = rule.id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(read(`src/core/rules/${rule.id}.ts`)).toContain(`export const ${name}: Rule`);
    expect(read(`docs/rules/${rule.id}.md`)).toBe(renderRulePage(rule));
    expect(tables).toContain(`testRule(${name}, [`);
  }
  expect(read("docs/rules/README.md")).toBe(renderRuleIndex(rules));
});

test("there is no page of a rule that is gone", () => {
  const pages = readdirSync(new URL("../docs/rules/", import.meta.url)).toSorted();
  expect(pages).toEqual(["README.md", ...rules.map(({ id }) => `${id}.md`)].toSorted());
});

test("the version is that of package.json, and the newest of the change log", () => {
  expect(JSON.parse(read("package.json")).version).toBe(version);
  expect(/^## (\S+)/m.exec(read("CHANGELOG.md"))?.[1]).toBe(version);
});
