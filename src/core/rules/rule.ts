import type { IniEdit } from "../ini/edit.ts";
import type { Span } from "../ini/document.ts";
import type { StpdFile, Subject } from "../fleet/stpd-file.ts";

export type Severity = "error" | "warning" | "notice";

/** A line of the file by its index, and what on it is meant. */
export interface Place {
  readonly line: number;
  readonly span: Span;
}

/** What a rule found; the runner adds the rest. Without a place it is about the whole section. */
export interface RuleFinding {
  readonly place?: Place;
  readonly message: string;
  /** What to do next. */
  readonly help: string;
  /** Edits of the unedited document that would mend it. */
  readonly edits?: readonly IniEdit[];
}

export interface Explanation {
  readonly triggers: string;
  readonly fix: string;
  readonly rationale: string;
  readonly source: string;
}

/** `check` is pure and never throws. */
export interface Rule {
  readonly id: string;
  /** The state that the rule asks for, in a sentence. */
  readonly title: string;
  readonly severity: Severity;
  readonly explanation: Explanation;
  readonly check: (subject: Subject) => readonly RuleFinding[];
}

/** For the many rules that say nothing about a file that cannot be read. */
export function ofFile(check: (file: StpdFile) => readonly RuleFinding[]): Rule["check"] {
  return (subject) => (subject.kind === "file" ? check(subject) : []);
}
