import { ledgerBranch } from "./ledger-files.ts";

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

/**
 * Two, since whoever may bypass a ruleset may bypass all of it: nobody at all rewrites or deletes
 * the branch, and the controller's App alone adds to it.
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
      name: "sesam-harden ledger: history",
      bypass_actors: [],
      rules: ["deletion", "non_fast_forward", "required_linear_history"].map((type) => ({ type })),
    },
    {
      ...common,
      name: "sesam-harden ledger: writer",
      bypass_actors: [{ actor_id: app, actor_type: "Integration", bypass_mode: "always" }],
      rules: ["creation", "update"].map((type) => ({ type })),
    },
  ];
}
