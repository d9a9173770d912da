import { checkFleet } from "../../core/check/check-fleet.ts";
import type { HostFolder } from "../../core/fleet/host-folder.ts";
import type { HostRead } from "../../core/fleet/read-host.ts";
import { explainHost } from "../../core/report/explain-host.ts";
import { rules } from "../../core/rules/index.ts";
import { nameScope, knowRules } from "../../core/rules/rule.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import { printJson } from "../../core/formats/json/print.ts";
import { makeVisible, wrapWords } from "../../core/base/text.ts";
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

export function runExplain(args: readonly string[], shell: Shell): number {
  const { positionals } = parseCommand(args, "explain");
  const [id, ...more] = positionals;
  if (id === "host") return explainOne(more, shell);
  const ids = rules.map((rule) => rule.id);
  if (id === undefined || more.length > 0) {
    throw usage("expected the name of one rule, or host NAME [PATH...]");
  }
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw usage(`unknown rule '${makeVisible(id)}'`, id, [...ids, "host"]);
  const { triggers, fix, rationale, source } = rule.explanation;
  const { terminal } = shell;
  terminal.out(`${rule.id} (${rule.severity})\n${rule.title}.\n`);
  const parts = { Triggers: triggers, Fix: fix, Rationale: rationale, Source: source };
  for (const [heading, text] of Object.entries(parts)) {
    terminal.out(`\n${heading}\n${wrapWords(text, 74, "  ")}\n`);
  }
  return 0;
}

/** Exit code 0 if the host is hardened, else 1. */
function explainOne(
  [name, ...paths]: readonly string[],
  { files, terminal, today }: Shell,
): number {
  if (name === undefined) throw usage("expected the name of a host: explain host NAME [PATH...]");
  const folders: HostFolder[] = [];
  const request = {
    paths: paths.length > 0 ? paths : ["."],
    overrides: {},
    asOf: today(),
    onRead: ({ folder }: HostRead) => folders.push(folder),
  };
  const { hosts, findings, relaxed } = checkFleet(request, files);
  const host = hosts.find((candidate) => candidate.name === name);
  const folder = folders.find((candidate) => candidate.name === name);
  if (host === undefined || folder === undefined) {
    const known = hosts.map((candidate) => candidate.name);
    throw usage(`unknown host '${makeVisible(name)}'`, name, known);
  }
  const explained = {
    host,
    folder,
    findings: findings.filter(({ finding }) => finding.host === name),
    others: findings.filter(({ finding }) => finding.host !== name),
    hasInventory: folders.some(({ interfaces }) => interfaces !== undefined),
    relaxed,
  };
  terminal.out(explainHost(explained));
  return host.verdict === "hardened" ? 0 : 1;
}
