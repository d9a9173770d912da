import { renderDiff } from "../src/adapters/unified-diff.ts";
import type { PlanReport } from "../src/core/report/plan.ts";
import type { Planned } from "../src/core/rollout/plan.ts";
import { isOver, type Rollout } from "../src/core/rollout/rollout.ts";
import { readRolloutPlan } from "../src/usecases/dispatch-wave.ts";
import { readContents } from "../src/usecases/ledger-source.ts";
import type { LedgerState } from "../src/usecases/read-ledger.ts";
import type { Controller } from "./controller.ts";

/** A rollout by its id, or the one of an environment that is not over. */
export function findRollout(
  target: string,
  { ledger }: Pick<LedgerState, "ledger">,
): Rollout | undefined {
  const { rollouts, environments } = ledger;
  const current = environments.get(target)?.rollout?.id ?? "";
  return rollouts.get(target) ?? rollouts.get(current);
}

/** The rollouts of an environment that are not over. */
export function listOpen({ ledger }: Pick<LedgerState, "ledger">): readonly Rollout[] {
  return [...ledger.rollouts.values()].filter(({ state }) => !isOver(state));
}

export function reportPlan(planned: Planned): PlanReport {
  return { ...planned, renderDiff };
}

/**
 * The plan of a rollout as it was requested, with the files as they lie in the ledger. Throws
 * HardenError `broke` where they do not lie there, or not as they were.
 */
export async function readPlanOf(
  rollout: Rollout,
  controller: Pick<Controller, "writer" | "store" | "hash">,
): Promise<PlanReport> {
  const { writer, store, hash } = controller;
  const state = await writer.read();
  const plan = await readRolloutPlan(rollout, state, controller);
  const digests = plan.hosts.flatMap(({ before, file }) => [before, file]);
  const read = await readContents(digests, { listing: state.listing, store, hash });
  return reportPlan({
    plan,
    digest: rollout.plan,
    refusals: plan.refused.map((refused) => ({ ...refused, detail: "" })),
    changes: plan.hosts.map(({ name, before, file }) => ({
      name,
      path: `${name}/stpd.ini`,
      before: read(before),
      after: read(file),
      findings: [],
      risks: [],
    })),
    done: [],
    unproven: [],
    notInRepo: [],
    clients: [],
    blocked: [],
  });
}
