import { expect, test } from "vitest";
import { createStpdParser, type Subject } from "../../src/core/fleet/stpd-file.ts";
import { dialects, type Dialect } from "../../src/core/gnutls/dialects.ts";
import { printIni } from "../../src/core/ini/document.ts";
import { applyEdits } from "../../src/core/ini/edit.ts";
import { sectionPlace } from "../../src/core/rules/finding.ts";
import type { Rule } from "../../src/core/rules/rule.ts";

export interface RuleRow {
  readonly name: string;
  /** The file, or another subject. */
  readonly before: string | Exclude<Subject, { kind: "file" }>;
  /** `line: marked text: message`, with the parts of the message that matter between the dots. */
  readonly findings: readonly string[];
  /** The file after the first finding's edits; absent where there are none. */
  readonly after?: string;
  readonly dialects?: readonly Dialect[];
}

/** Runs a rule over a table of files. */
export function testRule(rule: Rule, rows: readonly RuleRow[]): void {
  test.each(rows)(
    `${rule.id} $name`,
    ({ before, findings, after, dialects: allowed = dialects }) => {
      const subject = typeof before === "string" ? createStpdParser(allowed)(before) : before;
      const found = rule.check(subject);
      const described = found.map((finding) => {
        const { line, span } = finding.place ?? sectionPlace(subject);
        const raw = subject.kind === "file" ? (subject.document.lines[line]?.raw ?? "") : "";
        return `${line + 1}: ${raw.slice(...span)}: ${finding.message}`;
      });
      expect(described).toEqual(findings);
      for (const { help } of found) expect(help).not.toBe("");
      const edits = found[0]?.edits ?? [];
      if (subject.kind !== "file" || edits.length === 0) expect(after).toBeUndefined();
      else {
        const outcome = applyEdits(subject.document, edits);
        expect(outcome.kind === "edited" ? printIni(outcome.document) : outcome).toBe(after);
      }
    },
  );
}

/** An stpd.ini with HTTPS and the vendor's priority string, and whatever else is given. */
export function stpdIni(...lines: readonly string[]): string {
  return ["[STPD_Server]", "STPD_HTTPS_PORT=11443", ...lines, ""].join("\n");
}

export function priorityIni(priority: string): string {
  return stpdIni(`STPD_HTTPS_PRIORITY_STRING="${priority}"`);
}
