import { expect, test } from "vitest";
import { createStpdParser, type StpdReading } from "../../../src/core/fleet/stpd-file.ts";
import type { HostFileName, HostFolder } from "../../../src/core/fleet/host-folder.ts";
import { createHostReader, type HostRead } from "../../../src/core/fleet/read-host.ts";
import { defaultPolicy, type Policy } from "../../../src/core/settings/policy.ts";
import { readSettings } from "../../../src/core/settings/settings.ts";
import { rules } from "../../../src/core/rules/index.ts";
import { planHostFixes } from "../../../src/core/fix/plan.ts";
import { locateFinding, sectionPlace } from "../../../src/core/rules/finding.ts";
import { type Rule, knowRules } from "../../../src/core/rules/rule.ts";

export interface RuleRow {
  readonly name: string;
  /** The file, or another subject. */
  readonly before: string | Exclude<StpdReading, { kind: "file" }>;
  /** `line: marked text: message`, with the parts of the message that matter between the dots. */
  readonly findings: readonly string[];
  /** Part of the first finding's help text. */
  readonly help?: string;
  /** The file after the first finding's edits; absent if there are none. */
  readonly after?: string;
  readonly policy?: Partial<Policy>;
  /** Name of the directory. */
  readonly host?: string;
  readonly misnamed?: readonly string[];
}

/** A host with only an stpd.ini. */
export function folderOf(stpd: StpdReading, policy: Policy = defaultPolicy): HostFolder {
  return {
    name: "host",
    path: "hosts/host/",
    stpd,
    facts: undefined,
    globals: undefined,
    interfaces: undefined,
    policy,
  };
}

/** Runs a rule over a table of files. */
export function testRule(rule: Rule, rows: readonly RuleRow[]): void {
  test.each(rows)(
    `${rule.id} $name`,
    ({
      before,
      findings,
      help: advice = "",
      after,
      policy: changed,
      host = "host",
      misnamed = [],
    }) => {
      const policy = { ...defaultPolicy, ...changed };
      const subject = typeof before === "string" ? createStpdParser(policy)(before) : before;
      const folder = { ...folderOf(subject, policy), name: host, misnamed };
      const found = rule.check?.(folder) ?? [];
      const described = found.map((finding) => {
        const { line, span } = finding.place ?? sectionPlace(folder);
        const raw = subject.kind === "file" ? (subject.document.lines[line]?.raw ?? "") : "";
        return `${line + 1}: ${raw.slice(...span)}: ${finding.message}`;
      });
      expect(described).toEqual(findings);
      for (const { help } of found) expect(help).not.toBe("");
      expect(found[0]?.help ?? "").toContain(advice);
      const parse = createStpdParser(policy);
      const plan = planHostFixes(folder, [found[0]?.fix], {
        parse,
        findUse: () => undefined,
        unsafe: true,
      });
      expect(plan.files.find(({ name }) => name === "stpd.ini")?.after).toEqual(after);
    },
  );
}

export interface FolderRow {
  readonly name: string;
  readonly files: Readonly<Partial<Record<HostFileName, string>>>;
  /** `file:line: marked text: message` */
  readonly findings: readonly string[];
}

/** Runs a rule over a table of host directories. */
export function testFolderRule(rule: Rule, rows: readonly FolderRow[]): void {
  test.each(rows)(`${rule.id} $name`, ({ files, findings }) => {
    const { folder, problems } = readFolder(files);
    expect(problems).toEqual([]);
    const found = rule.check?.(folder) ?? [];
    const described = found.map((finding) => {
      const { file = "stpd.ini", message } = finding;
      const { place, source } = locateFinding(folder, finding);
      return `${file}:${place.line + 1}: ${source.slice(...place.span)}: ${message}`;
    });
    expect(described).toEqual(findings);
    for (const { help } of found) expect(help).not.toBe("");
  });
}

export function readFolder(files: Readonly<Partial<Record<HostFileName, string>>>): HostRead {
  const { settings } = readSettings("sesam-harden.ini", undefined, {}, knowRules(rules));
  const readings = Object.entries(files).map(([name, bytes]) => [name, { kind: "bytes", bytes }]);
  return createHostReader(settings)({
    name: "host",
    path: "hosts/host/",
    files: Object.fromEntries(readings),
  });
}

/** An stpd.ini with HTTPS and the vendor's priority string, and any given lines. */
export function stpdIni(...lines: readonly string[]): string {
  return ["[STPD_Server]", "STPD_HTTPS_PORT=11443", ...lines, ""].join("\n");
}

export function priorityIni(priority: string): string {
  return stpdIni(`STPD_HTTPS_PRIORITY_STRING="${priority}"`);
}
