import type { HostFileName, HostFolder } from "../fleet/host-folder.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import type { Place } from "../formats/ini/document.ts";
import type { GlobalKey } from "../fleet/globals.ts";
import type { PlainPortKey } from "../fleet/port-usage.ts";
import type { IniEdit } from "../formats/ini/edit.ts";
import type { NamedKey } from "../formats/ini/cross-check.ts";
import type { Profile } from "../base/profile.ts";
import type { PriorityFaults } from "../gnutls/verdict.ts";
import type { KnownRules } from "../settings/settings.ts";
import type { Severity } from "../base/severity.ts";

/** What a rule found; the runner adds the rest. Strings hold bytes, one per character, as files do. */
export interface RuleFinding {
  /** The host's file that contains the place; default: stpd.ini. */
  readonly file?: HostFileName;
  /** Absent if the finding is about the whole section. */
  readonly place?: Place;
  /** If lower than the rule's severity. */
  readonly severity?: Severity;
  readonly message: string;
  /**
   * Identifies the finding in baselines and SARIF if it is not at a line of an INI file; default: the
   * message. When the message changes, this keeps the old text, so that stored baselines still match.
   */
  readonly identity?: string;
  /** What to do next. */
  readonly help: string;
  /** What would fix it; whether that is safe is decided for the whole host. */
  readonly fix?: ProposedFix;
}

/** A fix as data: an edit of the original stpd.ini, or a change that several findings may share. */
export type ProposedFix =
  | {
      readonly kind: "edit";
      readonly edit: IniEdit;
      readonly key: NamedKey;
      /** The plain port that the edit closes. */
      readonly closes?: PlainPortKey;
    }
  /** Repairs this fault of the priority string on the line. */
  | { readonly kind: "priority"; readonly line: number; readonly fault: keyof PriorityFaults }
  /** Sets the key to `https` in globals.ini. */
  | { readonly kind: "global"; readonly key: GlobalKey };

export interface Explanation {
  readonly triggers: string;
  readonly fix: string;
  readonly rationale: string;
  readonly source: string;
}

/** `check` is pure and never throws. */
export interface Rule {
  readonly id: string;
  /** The required state, as a sentence without a full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** The profiles that the rule belongs to; absent: all. */
  readonly profiles?: readonly Profile[];
  /** False if the rule prevents a lock-out, or reports that something was not checked; default true. */
  readonly suppressible?: false;
  /** Set if `verify` finds it instead of `check`. */
  readonly foundBy?: "verify";
  readonly explanation: Explanation;
  /** Absent if the rule needs all hosts, or a scan; its findings are created elsewhere. */
  readonly check?: (folder: HostFolder) => readonly RuleFinding[];
}

/** `strict only` or `verify only` if the rule does not run in every check, otherwise empty. */
export function nameScope({ profiles, foundBy }: Pick<Rule, "profiles" | "foundBy">): string {
  const scopes = [...(profiles ?? []), ...(foundBy === undefined ? [] : [foundBy])];
  return scopes.map((scope) => `${scope} only`).join(", ");
}

/** Wraps a check that only applies to a readable stpd.ini. */
export function ofFile(
  check: (file: StpdFile, folder: HostFolder) => readonly RuleFinding[],
): (folder: HostFolder) => readonly RuleFinding[] {
  return (folder) => (folder.stpd.kind === "file" ? check(folder.stpd, folder) : []);
}

/** The rule names, and which rules can be suppressed. */
export function knowRules(rules: readonly Rule[]): KnownRules {
  const kept = new Set(rules.flatMap(({ id, suppressible = true }) => (suppressible ? [] : [id])));
  return { ids: rules.map(({ id }) => id), isSuppressible: (id) => !kept.has(id) };
}
