import { findNearest } from "../base/nearest.ts";
import type { IniDocument, IniLine, Place } from "../formats/ini/document.ts";
import type { RuleFinding } from "./rule.ts";
import { isDate } from "../base/dates.ts";
import type { KnownRules } from "../settings/settings.ts";

/** A comment that suppresses the findings of one rule on one line, with a reason and an end date. */
export interface Suppression {
  /** Index of the line of the comment. */
  readonly line: number;
  /** Index of the line that it covers: the next one that is neither blank nor comment. */
  readonly covers: number;
  readonly rule: string;
  readonly until: string;
  readonly reason: string;
}

export interface Suppressions {
  readonly valid: readonly Suppression[];
  /** Problems of the invalid ones. */
  readonly findings: readonly RuleFinding[];
}

const form = "# sesam-harden: allow RULE until YYYY-MM-DD because TEXT";

/** Reads the suppressions of a file as of a day, YYYY-MM-DD. */
export function readSuppressions(
  { lines }: IniDocument,
  asOf: string,
  rules: KnownRules,
): Suppressions {
  const valid: Suppression[] = [];
  const findings: RuleFinding[] = [];
  // Computed on demand, since most files have no suppressions.
  let nextContent: readonly number[] | undefined;
  for (const [line, { kind, raw }] of lines.entries()) {
    if (kind !== "comment" || !raw.includes("sesam-harden")) continue;
    const text = raw.replace(/^[^#;]*[#;]\s*/, "").trimEnd();
    if (!/^sesam-harden\b/.test(text)) continue;
    const read = readSuppression(text, asOf, rules);
    if (read.kind === "wrong") {
      const place = placeOfComment(raw, line);
      findings.push({ place, message: read.message, help: read.help });
      continue;
    }
    const { rule, until, reason } = read;
    nextContent ??= findNextContent(lines);
    valid.push({ line, covers: nextContent[line] ?? -1, rule, until, reason });
  }
  return { valid, findings };
}

/** For every line the next one that is neither blank nor comment, itself included; -1 for none. */
function findNextContent(lines: readonly IniLine[]): readonly number[] {
  const next = Array.from(lines, () => -1);
  let content = -1;
  for (let line = lines.length - 1; line >= 0; line--) {
    const kind = lines[line]?.kind;
    if (kind !== "blank" && kind !== "comment") content = line;
    next[line] = content;
  }
  return next;
}

export function placeOfComment(raw: string, line: number): Place {
  const start = raw.search(/[#;]/);
  return { line, span: [start, raw.trimEnd().length] };
}

type Read =
  | ({ readonly kind: "right" } & Pick<Suppression, "rule" | "until" | "reason">)
  | { readonly kind: "wrong"; readonly message: string; readonly help: string };

function wrong(message: string, help = `Write ${form}.`): Read {
  return { kind: "wrong", message, help };
}

function readSuppression(text: string, asOf: string, rules: KnownRules): Read {
  const words = text.split(/\s+/);
  const [mark, allow, rule = "", until, date = "", because, ...reason] = words;
  if (mark !== "sesam-harden:" || allow !== "allow") return wrong("malformed suppression");
  if (!rules.ids.includes(rule)) {
    const nearest = findNearest(rule, rules.ids);
    const help =
      nearest === undefined ? "Run sesam-harden rules for the list." : `Did you mean ${nearest}?`;
    return wrong(`unknown rule '${rule}' in a suppression`, help);
  }
  if (!rules.isSuppressible(rule)) {
    return wrong(`${rule} cannot be suppressed`, "Fix the finding and remove the comment.");
  }
  if (until !== "until")
    return wrong("the suppression has no end date (expected until YYYY-MM-DD)");
  if (!isDate(date)) return wrong(`invalid date '${date}' in a suppression (expected YYYY-MM-DD)`);
  if (because !== "because" || reason.length === 0) {
    return wrong("the suppression has no reason (expected because TEXT)");
  }
  if (date < asOf) {
    return wrong(
      `the suppression of ${rule} expired on ${date}`,
      "Fix the finding, or write a new suppression with a reason and a date.",
    );
  }
  return { kind: "right", rule, until: date, reason: reason.join(" ") };
}
