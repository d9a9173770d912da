import { factsOf } from "../../fleet/host-folder.ts";
import { digestInputs, type PlanSource } from "../plan/host-plan.ts";
import type { LedgerHost } from "../ledger/ledger.ts";
import { digestGlobals, listTargets, type Plan } from "../plan/plan.ts";
import type { EnvironmentRecord } from "../state/records.ts";
import type { Hash } from "../../base/hash.ts";
import type { TransitionContext } from "../state/transition-context.ts";

/** A host as it is on the default branch now. */
export type TargetHost = Pick<PlanSource, "folder" | "parse" | "bytes">;

/** Whether files, facts and policy of the planned hosts still match the plan. */
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

/** Facts of the ledger that the phase `close` depends on. */
export interface ClosingRecords {
  readonly environment: EnvironmentRecord;
  readonly hosts: ReadonlyMap<string, LedgerHost>;
}

/**
 * Whether HTTPS is verified on every host of the environment, and the global settings are recorded.
 */
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
 * Returns the names of hosts that are not verified with their `close` file: neither with the one of
 * the rollout that verified them, nor with the current one, which can be the same in both phases.
 */
export function findUnclosed(
  targets: readonly TargetHost[],
  hosts: ReadonlyMap<string, LedgerHost>,
  hash: Hash,
): readonly string[] {
  const left = targets.filter(({ folder: { name }, bytes }) => {
    const { proven, file } = hosts.get(name) ?? { proven: null };
    if (proven === null) return true;
    return proven.phase !== "close" && (bytes === undefined || file !== hash(bytes));
  });
  return left.map(({ folder }) => folder.name);
}

/** Returns the hosts whose HTTPS is not verified, except exceptions. */
export function findUnproven(
  names: readonly string[],
  hosts: ReadonlyMap<string, Pick<LedgerHost, "proven">>,
  exceptions: readonly string[],
): readonly string[] {
  return names.filter(
    (name) => (hosts.get(name)?.proven ?? null) === null && !exceptions.includes(name),
  );
}
