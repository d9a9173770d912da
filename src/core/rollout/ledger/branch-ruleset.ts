import { ledgerBranch } from "./layout.ts";

/** A ruleset in the format of GitHub's REST API. */
export interface Ruleset {
  readonly name: string;
  readonly target: "branch";
  readonly enforcement: "active";
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  };
  readonly bypass_actors: readonly {
    readonly actor_id: number;
    readonly actor_type: "Integration";
    readonly bypass_mode: "always";
  }[];
  readonly rules: readonly { readonly type: string }[];
}

const history = {
  name: "sesam-harden ledger: history",
  types: ["deletion", "non_fast_forward", "required_linear_history"],
};
const writer = { name: "sesam-harden ledger: writer", types: ["creation", "update"] };

/** A rule that applies to a branch. */
export interface BranchRule {
  readonly type: string;
  /** GitHub's id of its ruleset. */
  readonly ruleset: number | undefined;
}

/** Returns which of the two rulesets are not in force, with their missing rules. */
export function findMissingRulesets(
  rules: readonly BranchRule[],
): readonly { readonly name: string; readonly types: readonly string[] }[] {
  // The App may bypass every rule of a ruleset that reserves writing for it.
  const passed = new Set(
    rules.filter(({ type }) => writer.types.includes(type)).map(({ ruleset }) => ruleset),
  );
  const kept = rules.filter(({ ruleset }) => !passed.has(ruleset));
  return [
    { ...history, found: kept },
    { ...writer, found: rules },
  ].flatMap(({ name, types, found }) => {
    const missing = types.filter((wanted) => found.every(({ type }) => type !== wanted));
    return missing.length === 0 ? [] : [{ name, types: missing }];
  });
}

/**
 * Two rulesets, because an actor that may bypass one may bypass all of its rules: no account may
 * rewrite or delete the branch, and only the controller's App may push to it.
 */
export function ledgerRulesets(app: number): readonly Ruleset[] {
  const common = {
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [`refs/heads/${ledgerBranch}`], exclude: [] } },
  } as const;
  return [
    {
      ...common,
      name: history.name,
      bypass_actors: [],
      rules: history.types.map((type) => ({ type })),
    },
    {
      ...common,
      name: writer.name,
      bypass_actors: [{ actor_id: app, actor_type: "Integration", bypass_mode: "always" }],
      rules: writer.types.map((type) => ({ type })),
    },
  ];
}
