import type { Rule } from "../src/core/rules/rule.ts";

export function renderRulePage({ id, title, severity, profiles, explanation }: Rule): string {
  const { triggers, fix, rationale, source } = explanation;
  const only = profiles === undefined ? "" : ` Profile: ${profiles.join(", ")}.`;
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
    ({ id, title, severity }) => `| [${id}](${id}.md) | ${severity} | ${title} |`,
  );
  return `# Rules

Written from the rules themselves by \`npm run docs\`; \`sesam-harden explain RULE\` prints the same.

| rule | severity | what it asks for |
| --- | --- | --- |
${rows.join("\n")}
`;
}
