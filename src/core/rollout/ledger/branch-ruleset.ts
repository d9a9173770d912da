import { ledgerBranch } from "./layout.ts";

/** A ruleset as GitHub's REST API takes it. */
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

/** A rule that is in force for a branch. */
export interface BranchRule {
  readonly type: string;
  /** GitHub's number of the ruleset that it comes from. */
  readonly ruleset: number | undefined;
}

/** Which of both rulesets are not in force, with the rules that are missing. */
export function findMissingRulesets(
  rules: readonly BranchRule[],
): readonly { readonly name: string; readonly types: readonly string[] }[] {
  // The App may pass by every rule of the ruleset that lets only the App write.
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
 * Two, since an actor that may bypass a ruleset may bypass all of it: no account rewrites or deletes
 * the branch, and only the controller's App adds to it.
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
