import { expect, test } from "vitest";
import { renderRuleIndex } from "../../build/rule-pages.ts";
import { rules } from "../../src/core/rules/index.ts";
import { runNode } from "../support/harness/programs.ts";

test("the list of rules says which apply to one profile or command only", () => {
  const { stdout } = runNode(["rules"]);
  const index = renderRuleIndex(rules);
  for (const [id, scope] of [
    ["tls-aead-only", "strict only"],
    ["wire-tls", "verify only"],
    ["http-port-open", ""],
  ]) {
    const line = stdout.split("\n").find((text) => text.startsWith(`${id} `)) ?? "";
    expect(/\((?:strict|verify) only\)$/.exec(line)?.[0] ?? "").toBe(scope && `(${scope})`);
    const row = index.split("\n").find((text) => text.includes(`(${id}.md)`)) ?? "";
    expect(row.endsWith(`| ${scope || "every check"} |`)).toBe(true);
  }
  const marked = stdout.match(/ only\)$/gm) ?? [];
  expect(marked).toHaveLength(rules.filter(({ profiles, foundBy }) => profiles ?? foundBy).length);
});
