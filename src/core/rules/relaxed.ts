import { severities, type Severity } from "../base/severity.ts";
import type { Rule } from "./rule.ts";
import type { RuleLevel } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * How the settings relax a check. A pull request can change the settings, so every report lists
 * this.
 */
export interface Relaxed {
  /** Rules that are off or have a lower severity than their default; in the order of the rules. */
  readonly rules: readonly LoweredRule[];
  /** Every existing stpd.ini that no `include` pattern matches; paths relative to the root. */
  readonly notIncluded: readonly string[];
  /** Each sesam-harden.ini above the root, which is ignored: `../sesam-harden.ini`. */
  readonly settingsNotUsed: readonly string[];
  /** Environments whose findings never fail the check; null: the fleet, and hosts without one. */
  readonly neverFails: readonly (string | null)[];
}

interface LoweredRule {
  readonly rule: string;
  readonly level: RuleLevel;
  /** The rule's default severity. */
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

/** `environments` are those of the hosts; null means hosts without an environment. */
export function listNeverFailing(
  { policyOf }: Pick<Settings, "policyOf">,
  environments: readonly (string | null)[],
): readonly (string | null)[] {
  const named = environments.filter((name) => name !== null).toSorted();
  return [...new Set([null, ...named])].filter((name) => policyOf(name).failOn === "never");
}
