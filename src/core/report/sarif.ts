import { rulePage, type LocatedFinding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import { severities, type Checked } from "../check/checked-fleet.ts";
import { printJson } from "../formats/json/print.ts";
import type { Severity } from "../base/severity.ts";
import { describeRelaxed, joinItems } from "./relaxed.ts";

/** Code scanning rejects a run with more results. */
const maxResults = 25_000;
/** Longest description that code scanning accepts, in characters. */
const maxDescriptionLength = 1024;

const levels: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  notice: "note",
};

/** SARIF 2.1.0 (OASIS), worst first, within the limits of GitHub code scanning. */
export function renderSarif(checked: Checked, rules: readonly Rule[], version: string): string {
  const { findings } = checked;
  const ranked = severities.flatMap((severity) =>
    findings.filter(({ finding }) => finding.severity === severity),
  );
  const shown = ranked.slice(0, maxResults);
  const left = ranked.length - shown.length;
  const run = {
    tool: {
      driver: {
        name: "sesam-harden",
        version,
        informationUri: "https://github.com/sesam-harden/sesam-harden",
        rules: rules.map(describeRule),
      },
    },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { ROOT: { description: { text: "The root of the config repo." } } },
    results: describeResults(shown, rules),
    invocations: [describeRun(checked, rules, left)],
  };
  return printJson({ $schema: schema, version: "2.1.0", runs: [run] }, 1);
}

const schema =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

function describeRule({ id, title, severity, explanation }: Rule): unknown {
  const { triggers, fix, rationale, source } = explanation;
  const text = `${triggers}\n\nFix: ${fix}\n\nRationale: ${rationale}\n\nSource: ${source}`;
  return {
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: rationale.slice(0, maxDescriptionLength) },
    help: { text, markdown: text },
    helpUri: rulePage(id),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ["security", "sep-sesam"],
      precision: "high",
      ...(severity === "error" ? { "security-severity": "7.5" } : {}),
      "problem.severity": severity === "notice" ? "recommendation" : severity,
    },
  };
}

function describeResults(
  findings: readonly LocatedFinding[],
  rules: readonly Rule[],
): readonly unknown[] {
  const seen = new Map<string, number>();
  return findings.map((located) => {
    const print = fingerprint(located);
    const count = (seen.get(print) ?? 0) + 1;
    seen.set(print, count);
    return describeResult(located, rules, `${print}:${count}`);
  });
}

function describeResult(
  { finding }: LocatedFinding,
  rules: readonly Rule[],
  primaryLocationLineHash: string,
): unknown {
  const { rule, severity, file, line, message, help, suppressed } = finding;
  const startColumn = finding.column;
  const endColumn = Math.max(finding.endColumn, startColumn + 1);
  const region = { startLine: line, startColumn, endLine: line, endColumn };
  const artifactLocation = { uri: encodePath(file), uriBaseId: "ROOT" };
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: `${message}. ${help}`.toWellFormed() },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    partialFingerprints: { primaryLocationLineHash },
    ...(suppressed === null
      ? {}
      : {
          suppressions: [
            { kind: "inSource", justification: `${suppressed.reason} (until ${suppressed.until})` },
          ],
        }),
  };
}

/**
 * Fingerprint of what is set instead of the line number, so that an alert survives lines added above
 * it. 64-bit FNV-1a: it distinguishes alerts and has no security purpose.
 */
function fingerprint({ finding, subject }: LocatedFinding): string {
  const { host, file, rule } = finding;
  const { section, key, value } = subject;
  let hash = 0xcbf29ce484222325n;
  for (const char of JSON.stringify([host, file, rule, section, key, value])) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

function encodePath(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join("/");
}

/** Describes omitted results and how the settings relax the check. */
function describeRun(checked: Checked, rules: readonly Rule[], left: number): unknown {
  const text = `${left} more results were omitted: code scanning accepts ${maxResults} per run.`;
  const overrides = checked.relaxed.rules.map(({ rule: id, level }) => ({
    descriptor: { id, index: rules.findIndex((rule) => rule.id === id) },
    configuration: level === "off" ? { enabled: false } : { level: levels[level] },
  }));
  const notes = describeRelaxed(checked).map((line) => ({
    level: "note",
    message: { text: joinItems(line).toWellFormed() },
  }));
  return {
    executionSuccessful: true,
    ...(overrides.length > 0 ? { ruleConfigurationOverrides: overrides } : {}),
    ...(notes.length > 0 ? { toolConfigurationNotifications: notes } : {}),
    ...(left > 0 ? { toolExecutionNotifications: [{ level: "warning", message: { text } }] } : {}),
  };
}
