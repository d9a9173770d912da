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

/** What a rule found; the runner adds the rest. Text is bytes, as the files are. */
export interface RuleFinding {
  /** The host's file that the place is in: stpd.ini, unless it says otherwise. */
  readonly file?: HostFileName;
  /** Without a place it is about the whole section. */
  readonly place?: Place;
  /** Where it is less than the rule's. */
  readonly severity?: Severity;
  readonly message: string;
  /** What to do next. */
  readonly help: string;
  /** What would mend it; whether that is safe is judged over the whole host. */
  readonly fix?: ProposedFix;
}

/** A fix as data: an edit of the unedited stpd.ini, or a wish that others may share. */
export type ProposedFix =
  | {
      readonly kind: "edit";
      readonly edit: IniEdit;
      readonly key: NamedKey;
      /** The plain port that the edit closes. */
      readonly closes?: PlainPortKey;
    }
  /** The priority string on this line gets what its faults lack. */
  | { readonly kind: "priority"; readonly line: number; readonly fault: keyof PriorityFaults }
  /** The key is `https` in globals.ini. */
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
  /** The state that the rule asks for, in a sentence. */
  readonly title: string;
  readonly severity: Severity;
  /** The profiles that ask for it; absent: all. */
  readonly profiles?: readonly Profile[];
  /** False for what guards against a lock-out, or says that nothing was checked; absent: it may be. */
  readonly suppressible?: false;
  /** Where it is not `check` that finds it. */
  readonly foundBy?: "verify";
  readonly explanation: Explanation;
  /** Absent where the finding is not about one host: it is made where all hosts are known. */
  readonly check?: (folder: HostFolder) => readonly RuleFinding[];
}

/** Where a rule is not for every check: `strict only`, `verify only`; else empty. */
export function nameScope({ profiles, foundBy }: Pick<Rule, "profiles" | "foundBy">): string {
  const scopes = [...(profiles ?? []), ...(foundBy === undefined ? [] : [foundBy])];
  return scopes.map((scope) => `${scope} only`).join(", ");
}

/** For the many rules that say nothing about a file that cannot be read. */
export function ofFile(
  check: (file: StpdFile, folder: HostFolder) => readonly RuleFinding[],
): (folder: HostFolder) => readonly RuleFinding[] {
  return (folder) => (folder.stpd.kind === "file" ? check(folder.stpd, folder) : []);
}

/** Knows the rules by name; what guards against a lock-out cannot be suppressed. */
export function knowRules(rules: readonly Rule[]): KnownRules {
  const kept = new Set(rules.flatMap(({ id, suppressible = true }) => (suppressible ? [] : [id])));
  return { ids: rules.map(({ id }) => id), isSuppressible: (id) => !kept.has(id) };
}
