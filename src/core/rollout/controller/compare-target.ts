import { factsOf } from "../../fleet/host-folder.ts";
import { digestInputs, type PlanSource } from "../plan/host-plan.ts";
import type { Ledger, LedgerHost } from "../ledger/ledger.ts";
import { digestGlobals, listTargets, type Plan } from "../plan/plan.ts";
import type { EnvironmentRecord } from "../state/records.ts";
import type { Hash } from "../../base/hash.ts";
import type { TransitionContext } from "../state/transition-context.ts";

/** A host as the default branch has it now. */
export type TargetHost = Pick<PlanSource, "folder" | "parse" | "bytes">;

/** Tells whether files, facts and policy of the planned hosts are still those of the plan. */
export function compareTarget(
  plan: Plan,
  targets: readonly TargetHost[],
  hash: Hash,
): "same" | "changed" {
  const byName = Map.groupBy(targets, ({ folder }) => folder.name);
  const isSame = listTargets(plan).every((planned) => {
    const [target, ...others] = byName.get(planned.name) ?? [];
    if (target?.bytes === undefined || others.length > 0) return false;
    const now = digestInputs(target.folder, target.bytes, hash);
    return (
      now.desired === planned.desired &&
      now.facts === planned.facts &&
      now.policy === planned.policy
    );
  });
  return isSame ? "same" : "changed";
}

/** What the ledger knows that the phase `close` depends on. */
export interface ClosingRecords {
  readonly environment: EnvironmentRecord;
  readonly hosts: ReadonlyMap<string, LedgerHost>;
}

/** Whether every host of the environment has proven HTTPS, and the global settings are recorded. */
export function judgeClosing(
  { environment: name, exceptions }: Plan,
  targets: readonly TargetHost[],
  { environment, hosts }: ClosingRecords,
  hash: Hash,
): TransitionContext["closing"] {
  const own = targets.filter(({ folder }) => factsOf(folder).environment === name);
  const names = own.map(({ folder }) => folder.name);
  if (findUnproven(names, hosts, exceptions).length > 0) return "open-not-proven";
  return environment.globals === digestGlobals(own, hash) ? "ready" : "globals-not-set";
}

/**
 * Those of the hosts that were not verified with their `close` file by a rollout that succeeded, and
 * are no exception of the newest such rollout. A file that was seen there since counts as unverified.
 */
export function findUnclosed(
  names: readonly string[],
  { hosts, rollouts }: Pick<Ledger, "hosts" | "rollouts">,
  exceptions: readonly string[],
): readonly string[] {
  return names.filter((name) => {
    const proven = hosts.get(name)?.proven ?? null;
    const isClosed =
      proven?.phase === "close" && rollouts.get(proven.rollout)?.state.kind === "succeeded";
    return !isClosed && !exceptions.includes(name);
  });
}

/** Those of the hosts that have not proven HTTPS and are no exception. */
export function findUnproven(
  names: readonly string[],
  hosts: ReadonlyMap<string, Pick<LedgerHost, "proven">>,
  exceptions: readonly string[],
): readonly string[] {
  return names.filter(
    (name) => (hosts.get(name)?.proven ?? null) === null && !exceptions.includes(name),
  );
}
