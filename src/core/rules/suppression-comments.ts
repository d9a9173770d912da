import { findNearest } from "../base/nearest.ts";
import type { IniDocument, IniLine, Place } from "../formats/ini/document.ts";
import type { RuleFinding } from "./rule.ts";
import { isDate } from "../base/dates.ts";
import type { KnownRules } from "../settings/settings.ts";

/** A comment that takes findings of one rule off one line, with its reason and its end. */
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
  /** What is wrong with the others. */
  readonly findings: readonly RuleFinding[];
}

const form = "# sesam-harden: allow RULE until YYYY-MM-DD because TEXT";

/** Reads the suppressions of a file; `asOf` is the day for which they are read, as YYYY-MM-DD. */
export function readSuppressions(
  { lines }: IniDocument,
  asOf: string,
  rules: KnownRules,
): Suppressions {
  const valid: Suppression[] = [];
  const findings: RuleFinding[] = [];
  // Most files have none, and need no look ahead.
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
  if (mark !== "sesam-harden:" || allow !== "allow") return wrong("this suppression is malformed");
  if (!rules.ids.includes(rule)) {
    const nearest = findNearest(rule, rules.ids);
    const help = nearest === undefined ? "See sesam-harden rules." : `Did you mean ${nearest}?`;
    return wrong(`there is no rule ${rule} to allow`, help);
  }
  if (!rules.isSuppressible(rule)) {
    return wrong(`${rule} cannot be suppressed`, "Mend what it is about, and remove the comment.");
  }
  if (until !== "until") return wrong("this suppression lacks its date: until YYYY-MM-DD");
  if (!isDate(date)) return wrong(`${date} is no date that exists, as YYYY-MM-DD`);
  if (because !== "because" || reason.length === 0) {
    return wrong("this suppression lacks its reason: because TEXT");
  }
  if (date < asOf) {
    return wrong(
      `this suppression of ${rule} ended on ${date}`,
      "Mend what it is about, or write it anew with a reason and a date.",
    );
  }
  return { kind: "right", rule, until: date, reason: reason.join(" ") };
}
