import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rules } from "../src/core/rules/index.ts";
import { fillActionPage } from "./action-page.ts";
import { renderCliPage } from "./cli-page.ts";
import { renderExampleWorkflows } from "./example-workflows.ts";
import { fillKeyTables, keyTables } from "./key-tables.ts";
import { renderReasonPage } from "./reason-page.ts";
import { renderRolloutStates } from "./rollout-states.ts";
import { renderRuleIndex, renderRulePage } from "./rule-pages.ts";

/** Writes the generated pages of docs/, and the code that is generated from the examples. */
const docs = new URL("../docs/", import.meta.url);
const folder = new URL("rules/", docs);
mkdirSync(folder, { recursive: true });
for (const rule of rules) writeFileSync(new URL(`${rule.id}.md`, folder), renderRulePage(rule));
writeFileSync(new URL("README.md", folder), renderRuleIndex(rules));
writeFileSync(new URL("reasons.md", docs), renderReasonPage());
writeFileSync(new URL("rollout-states.md", docs), renderRolloutStates());
writeFileSync(new URL("cli.md", docs), renderCliPage());
const actionPage = new URL("action.md", docs);
writeFileSync(actionPage, fillActionPage(readFileSync(actionPage, "utf8")));
for (const [page] of Object.values(keyTables)) {
  const path = new URL(page, docs);
  writeFileSync(path, fillKeyTables(page, readFileSync(path, "utf8")));
}
const workflows = new URL("../src/core/import/example-workflows.ts", import.meta.url);
writeFileSync(workflows, renderExampleWorkflows());
