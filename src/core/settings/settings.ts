import { dateField, textField, withDefault, wordField, wordsField } from "./fields.ts";
import { createMatcher } from "./glob.ts";
import {
  readGiven,
  readSection,
  readSettingsFile,
  report,
  reportLacking,
  reportUnknown,
  reportValue,
  settingsOf,
  type SettingsFile,
  type ValuesOf,
} from "./ini-sections.ts";
import {
  defaultPolicy,
  policyFields,
  ruleLevels,
  type FailOn,
  type Policy,
  type RuleLevel,
} from "./policy.ts";
import type { Profile } from "../base/profile.ts";
import type { Family } from "../base/family.ts";
import type { Problem } from "../base/errors.ts";

/** `[allow.NAME]`: a suppression for several hosts, or for findings that no comment can suppress. */
export interface Allow {
  readonly name: string;
  /** Index of the section's line in sesam-harden.ini. */
  readonly line: number;
  readonly rule: string;
  /** True for the hosts that it covers; null means the fleet as a whole. */
  readonly covers: (host: string | null) => boolean;
  readonly until: string;
  readonly reason: string;
}

export interface Settings {
  /** Undefined if there is no sesam-harden.ini. */
  readonly file: SettingsFile | undefined;
  readonly include: readonly string[];
  readonly levels: ReadonlyMap<string, RuleLevel>;
  readonly allows: readonly Allow[];
  /** Null: a host without an environment. */
  readonly policyOf: (environment: string | null) => Policy;
}

/** Values from the command line or Action inputs; they override the settings file. */
export interface Overrides {
  readonly profile?: Profile | undefined;
  readonly failOn?: FailOn | undefined;
  readonly unreachable?: readonly Family[] | undefined;
}

export const topFields = { ...policyFields, include: withDefault(wordsField, "**/stpd.ini") };

type PolicyKeys = Readonly<Partial<ValuesOf<typeof policyFields>>>;

export const allowFields = {
  rule: textField,
  host: textField,
  until: dateField,
  reason: textField,
};

const sectionForms = "[rules], [environment.NAME] and [allow.NAME], with a lowercase NAME";

export const defaultInclude = topFields.include.value;

export interface KnownRules {
  readonly ids: readonly string[];
  readonly isSuppressible: (id: string) => boolean;
}

/** Reads sesam-harden.ini. The settings omit every value that has a problem. */
export function readSettings(
  path: string,
  bytes: string | undefined,
  overrides: Overrides,
  rules: KnownRules,
): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  if (bytes === undefined) {
    const policyOf = (): Policy => mergePolicy(defaultPolicy, {}, overrides);
    const settings = {
      file: undefined,
      include: defaultInclude,
      levels: new Map(),
      allows: [],
      policyOf,
    };
    return { settings, problems: [] };
  }
  const file = readSettingsFile(path, bytes);
  const top = readSection(file, "", topFields);
  const environments = new Map<string, PolicyKeys>();
  const allows: Allow[] = [];
  let levels: ReadonlyMap<string, RuleLevel> = new Map();
  for (const [section, line] of file.sections) {
    const [, kind, name] = /^(environment|allow)\.([a-z0-9_-]+)$/.exec(section) ?? [];
    if (section === "rules") levels = readLevels(file, rules);
    else if (kind === "environment" && name !== undefined) {
      environments.set(name, readGiven(file, section, policyFields));
    } else if (kind === "allow" && name !== undefined) {
      const allow = readAllow(file, section, line, rules);
      if (allow !== undefined) allows.push({ name, ...allow });
    } else {
      report(file, line, 0, `unknown section [${section}]`, `Known: ${sectionForms}.`);
    }
  }
  const base = mergePolicy(defaultPolicy, top, {});
  const policyOf = (environment: string | null): Policy =>
    mergePolicy(base, environments.get(environment ?? "") ?? {}, overrides);
  const settings = { file, include: top.include, levels, allows, policyOf };
  return { settings, problems: file.problems };
}

function mergePolicy(base: Policy, keys: PolicyKeys, overrides: Overrides): Policy {
  return {
    profile: overrides.profile ?? keys.profile ?? base.profile,
    failOn: overrides.failOn ?? keys.fail_on ?? base.failOn,
    dialects: keys.gnutls ?? base.dialects,
    keys: base.keys,
    absentPort: keys.absent_port ?? base.absentPort,
    filteredPort: keys.filtered_port ?? base.filteredPort,
    unreachable: overrides.unreachable ?? keys.unreachable_families ?? base.unreachable,
  };
}

function readLevels(file: SettingsFile, rules: KnownRules): ReadonlyMap<string, RuleLevel> {
  const levels = new Map<string, RuleLevel>();
  const field = wordField(...ruleLevels);
  for (const setting of settingsOf(file, "rules")) {
    const { line, key, keySpan, value, valueSpan } = setting;
    const level = field(value);
    if (!rules.ids.includes(key)) {
      reportUnknown(file, {
        line,
        column: keySpan[0],
        what: `rule '${key}'`,
        word: key,
        known: rules.ids,
      });
    } else if (!level.ok) reportValue(file, setting, level);
    else if (!rules.isSuppressible(key) && level.value !== "error") {
      const message = `${key} cannot be relaxed because it prevents a lock-out or reports an unchecked host`;
      report(file, line, valueSpan[0], message, "Remove the line.");
    } else levels.set(key, level.value);
  }
  return levels;
}

function readAllow(
  file: SettingsFile,
  section: string,
  line: number,
  rules: KnownRules,
): Omit<Allow, "name"> | undefined {
  const before = file.problems.length;
  const { rule, host, until, reason } = readSection(file, section, allowFields);
  const at = settingsOf(file, section).find(({ key }) => key === "rule");
  if (rule !== undefined && at !== undefined && !rules.ids.includes(rule)) {
    const column = at.valueSpan[0];
    reportUnknown(file, {
      line: at.line,
      column,
      what: `rule '${rule}'`,
      word: rule,
      known: rules.ids,
    });
  } else if (rule !== undefined && at !== undefined && !rules.isSuppressible(rule)) {
    report(file, at.line, at.valueSpan[0], `${rule} cannot be suppressed`, `Remove [${section}].`);
  }
  if (file.problems.length > before) return undefined;
  if (rule === undefined || until === undefined || reason === undefined) {
    const needed = { rule, until, reason };
    reportLacking(file, section, { needed, next: "Add the rule, an end date and a reason." });
    return undefined;
  }
  const matches = createMatcher(host ?? "*");
  const covers = (name: string | null): boolean =>
    name === null ? host === undefined || host === "*" : matches(name);
  return { line, rule, covers, until, reason };
}
