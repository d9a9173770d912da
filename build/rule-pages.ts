import type { Rule } from "../src/core/rules/rule.ts";

export function renderRulePage({ id, title, severity, explanation }: Rule): string {
  const { triggers, fix, rationale, source } = explanation;
  return `# ${id}

${title}. Severity: ${severity}.

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
