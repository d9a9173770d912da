import { nameScope, type Rule } from "../src/core/rules/rule.ts";

export function renderRulePage({
  id,
  title,
  severity,
  profiles,
  foundBy,
  explanation,
}: Rule): string {
  const { triggers, fix, rationale, source } = explanation;
  const profile = profiles === undefined ? "" : ` Profile: ${profiles.join(", ")}.`;
  const only = foundBy === undefined ? profile : `${profile} Found by \`${foundBy}\` only.`;
  return `# ${id}

${title}. Severity: ${severity}.${only}

## Triggers

${triggers}

## Fix

${fix}

## Rationale

${rationale}

## Source

${source}
`;
}

export function renderRuleIndex(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.title} | ${nameScope(rule) || "every check"} |`,
  );
  return `# Rules

Written from the rules themselves by \`npm run docs\`; \`sesam-harden explain RULE\` prints the same.

| rule | severity | what it asks for | applies to |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
