import { rules } from "../../core/rules/index.ts";
import { nameScope, knowRules } from "../../core/rules/rule.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import { printJson } from "../../core/formats/json/print.ts";
import { wrapWords } from "../../core/base/text.ts";
import { parseCommand } from "../option-kinds.ts";

export function runRules(args: readonly string[], { terminal }: Shell): number {
  const { one } = parseCommand(args, "rules");
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  if (format === "json") {
    const { isSuppressible } = knowRules(rules);
    const list = rules.map(({ id, title, severity, profiles: only = profiles }) => ({
      id,
      title,
      severity,
      profiles: only,
      suppressible: isSuppressible(id),
    }));
    terminal.out(printJson({ schemaVersion: 1, rules: list }, 2));
    return 0;
  }
  const width = Math.max(...rules.map(({ id }) => id.length));
  for (const rule of rules) {
    const { id, severity, title } = rule;
    const scope = nameScope(rule);
    const end = scope === "" ? title : `${title} (${scope})`;
    terminal.out(`${id.padEnd(width)}  ${severity.padEnd(7)}  ${end}\n`);
  }
  return 0;
}

export function runExplain(args: readonly string[], { terminal }: Shell): number {
  const { positionals } = parseCommand(args, "explain");
  const [id, ...more] = positionals;
  const ids = rules.map((rule) => rule.id);
  if (id === undefined || more.length > 0) throw usage("explain wants the name of one rule");
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw usage(`there is no rule ${id}`, id, ids);
  const { triggers, fix, rationale, source } = rule.explanation;
  terminal.out(`${rule.id} (${rule.severity})\n${rule.title}.\n`);
  const parts = { Triggers: triggers, Fix: fix, Rationale: rationale, Source: source };
  for (const [heading, text] of Object.entries(parts)) {
    terminal.out(`\n${heading}\n${wrapWords(text, 74, "  ")}\n`);
  }
  return 0;
}
