import { severities, type Severity } from "../base/severity.ts";
import type { Rule } from "./rule.ts";
import type { RuleLevel } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * What the settings take away from a check. A pull request brings its own settings, so every report
 * says it.
 */
export interface Relaxed {
  /** Rules that are off, or of a lower severity than their own; in the order of the rules. */
  readonly rules: readonly LoweredRule[];
  /** Each stpd.ini that is there and that no pattern of `include` matches; paths below the root. */
  readonly notIncluded: readonly string[];
  /** A sesam-harden.ini above the root, which the one at the root hides: `../sesam-harden.ini`. */
  readonly settingsNotUsed: readonly string[];
  /** Environments whose findings never fail the check; null: the fleet, and hosts of none. */
  readonly neverFails: readonly (string | null)[];
}

interface LoweredRule {
  readonly rule: string;
  readonly level: RuleLevel;
  /** The rule's own severity. */
  readonly default: Severity;
}

export function listLowered(
  { levels }: Pick<Settings, "levels">,
  rules: readonly Rule[],
): readonly LoweredRule[] {
  return rules.flatMap(({ id, severity }) => {
    const level = levels.get(id) ?? severity;
    const isLower = level === "off" || severities.indexOf(level) > severities.indexOf(severity);
    return isLower ? [{ rule: id, level, default: severity }] : [];
  });
}

/** `environments` are those of the hosts; null stands for hosts of none. */
export function listNeverFailing(
  { policyOf }: Pick<Settings, "policyOf">,
  environments: readonly (string | null)[],
): readonly (string | null)[] {
  const named = environments.filter((name) => name !== null).toSorted();
  return [...new Set([null, ...named])].filter((name) => policyOf(name).failOn === "never");
}
