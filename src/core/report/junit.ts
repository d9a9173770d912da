import type { LocatedFinding } from "../rules/finding.ts";
import { makeVisible } from "../base/text.ts";
import { createFailTest, type Checked } from "../check/checked-fleet.ts";
import { describeRelaxed } from "./relaxed.ts";

/** JUnit XML with a suite per host and a case per finding; findings that do not fail the check pass. */
export function renderJunit(checked: Checked): string {
  const fails = createFailTest(checked);
  const byHost = new Map<string | null, LocatedFinding[]>();
  for (const { name } of checked.hosts) byHost.set(name, []);
  for (const located of checked.findings) {
    const { host } = located.finding;
    const group = byHost.get(host);
    if (group === undefined) byHost.set(host, [located]);
    else group.push(located);
  }
  const suites = [...byHost].map(([host, findings]) => renderSuite(host, findings, fails));
  const failures = checked.findings.filter(fails).length;
  const tests = suites.reduce((sum, suite) => sum + suite.tests, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sesam-harden" tests="${tests}" failures="${failures}">`,
    ...suites.map(({ text }) => text),
    ...renderRelaxed(checked),
    "</testsuites>",
    "",
  ].join("\n");
}

/** A suite without tests whose properties list how the check is relaxed. */
function renderRelaxed(checked: Checked): readonly string[] {
  const lines = describeRelaxed(checked);
  if (lines.length === 0) return [];
  const properties = lines.map(({ title, items }) => {
    return `      <property name="${escapeXml(title)}" value="${escapeXml(items.join("; "))}"/>`;
  });
  return [
    '  <testsuite name="relaxed" tests="0" failures="0" skipped="0">',
    "    <properties>",
    ...properties,
    "    </properties>",
    "  </testsuite>",
  ];
}

function renderSuite(
  host: string | null,
  findings: readonly LocatedFinding[],
  fails: (located: LocatedFinding) => boolean,
): { readonly tests: number; readonly text: string } {
  const name = escapeXml(host ?? "fleet");
  const cases = findings.map((located) => renderCase(name, located, fails(located)));
  if (cases.length === 0) cases.push(`    <testcase classname="${name}" name="no findings"/>`);
  const failures = findings.filter(fails).length;
  const skipped = findings.filter(({ finding }) => finding.suppressed !== null).length;
  const counts = `tests="${cases.length}" failures="${failures}" skipped="${skipped}"`;
  const text = [`  <testsuite name="${name}" ${counts}>`, ...cases, "  </testsuite>"].join("\n");
  return { tests: cases.length, text };
}

function renderCase(host: string, { finding }: LocatedFinding, fails: boolean): string {
  const { rule, severity, file, line, column, message, help, suppressed } = finding;
  const place = `${file}:${line}:${column}`;
  const open = `    <testcase classname="${host}" name="${escapeXml(`${rule} ${place}`)}" file="${escapeXml(file)}" line="${line}">`;
  const text = escapeXml(`${place}: ${severity}: ${message} ${help}`);
  const inner =
    suppressed === null
      ? fails
        ? `<failure type="${rule}" message="${escapeXml(message)}">${text}</failure>`
        : `<system-out>${text}</system-out>`
      : `<skipped message="${escapeXml(`allowed until ${suppressed.until}: ${suppressed.reason}`)}"/>`;
  return `${open}${inner}</testcase>`;
}

/** XML allows neither control characters, not even escaped, nor lone surrogates. */
function escapeXml(text: string): string {
  return makeVisible(text.toWellFormed())
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\ufffe\uffff]/g, "\ufffd");
}
