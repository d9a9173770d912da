import { mkdirSync, writeFileSync } from "node:fs";
import { rules } from "../src/core/rules/index.ts";
import { renderRuleIndex, renderRulePage } from "./rule-pages.ts";

/** Writes docs/rules/ from the rules themselves, which are the one place to mend. */
const folder = new URL("../docs/rules/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const rule of rules) writeFileSync(new URL(`${rule.id}.md`, folder), renderRulePage(rule));
writeFileSync(new URL("README.md", folder), renderRuleIndex(rules));
