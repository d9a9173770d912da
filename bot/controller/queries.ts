import { renderDiff } from "../../src/adapters/unified-diff.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { printCanonical } from "../../src/core/formats/json/canonical.ts";
import { printRunbook, type Runbook } from "../../src/core/report/runbook.ts";
import type { PlanReport } from "../../src/core/report/plan.ts";
import type { Planned } from "../../src/core/rollout/plan/plan.ts";
import { offersHands } from "../../src/core/rollout/state/by-hand.ts";
import { isOver, type Rollout, type StateKind } from "../../src/core/rollout/state/rollout.ts";
import { readRolloutPlan } from "../../src/core/rollout/dispatch/dispatch-wave.ts";
import { readRestored, viewOf } from "../../src/core/rollout/ledger/plan-source.ts";
import { planAgain } from "../../src/core/rollout/plan/plan-again.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { LedgerState } from "../../src/core/rollout/ledger/reader.ts";
import { openTree } from "../../src/core/config-repo/tree-files.ts";
import type { Controller } from "./controller.ts";

/**
 * Finds a rollout by id, by environment (the one in progress, or else the newest with hosts left to
 * change by hand), or by the number in its name.
 */
export function findRollout(
  target: string,
  { ledger }: Pick<LedgerState, "ledger">,
): Rollout | undefined {
  const { rollouts, environments } = ledger;
  const current = environments.get(target)?.rollout?.id ?? "";
  const byHand = [...rollouts.values()].findLast(
    (one) => one.environment === target && offersHands(one, ledger.at),
  );
  return rollouts.get(target) ?? rollouts.get(current) ?? byHand ?? findNamed(target, { ledger });
}

/** States of rollouts that never started. */
const unstarted: readonly StateKind[] = ["denied", "withdrawn", "revoked", "superseded"];

/**
 * Finds a rollout by id, by environment (the newest one, except those that ended before they
 * started), or by the number in its name.
 */
export function findEnded(target: string, ledger: Ledger): Rollout | undefined {
  const { rollouts } = ledger;
  const newest = [...rollouts.values()].findLast(
    ({ environment, state }) => environment === target && !unstarted.includes(state.kind),
  );
  return rollouts.get(target) ?? newest ?? findNamed(target, { ledger });
}

/** Finds a rollout by id, or by the number in its name. */
export function findNamed(
  target: string,
  { ledger: { rollouts } }: Pick<LedgerState, "ledger">,
): Rollout | undefined {
  const byNumber = [...rollouts.values()].find(
    (one) => one.id === `${one.environment}-${one.phase}-${target}`,
  );
  return rollouts.get(target) ?? byNumber;
}

/**
 * Finds a rollout by id, by environment (the newest one that verified a host and is no rollback
 * itself), or by the number in its name.
 */
export function findVerifying(target: string, ledger: Ledger): Rollout | undefined {
  const { rollouts } = ledger;
  const newest = [...rollouts.values()].findLast(
    ({ environment, done, restores }) =>
      environment === target && done.length > 0 && restores !== true,
  );
  return rollouts.get(target) ?? newest ?? findNamed(target, { ledger });
}

/** All rollouts in progress. */
export function listOpen({ ledger }: Pick<LedgerState, "ledger">): readonly Rollout[] {
  return [...ledger.rollouts.values()].filter(({ state }) => !isOver(state));
}

export function reportPlan(planned: Planned): PlanReport {
  return { ...planned, renderDiff };
}

export interface Runbooks {
  readonly scripts: readonly (Runbook & { readonly host: string })[];
  /** Hosts whose script is refused. */
  readonly refused: readonly { readonly host: string; readonly error: HardenError }[];
}

/** The scripts for some of the hosts that a plan lists by hand. Throws HardenError like `config`. */
export async function readRunbooks(
  hosts: readonly string[],
  { plan, changes }: PlanReport,
  { config, hash, nowSeconds }: Pick<Controller, "config" | "hash" | "nowSeconds">,
): Promise<Runbooks> {
  const files = openTree(await config.readTree(plan.commit));
  const tools = { files, hash, nowMs: nowSeconds() * 1000 };
  const scripts: Runbooks["scripts"][number][] = [];
  const refused: Runbooks["refused"][number][] = [];
  for (const host of hosts) {
    const recorded = changes.find(({ name }) => name === host)?.before;
    const request = { repo: ".", host, plan: printCanonical(plan), recorded };
    try {
      scripts.push({ host, ...printRunbook(request, tools) });
    } catch (error) {
      if (!(error instanceof HardenError)) throw error;
      refused.push({ host, error });
    }
  }
  return { scripts, refused };
}

export type ReadPlan = (rollout: Rollout) => Promise<PlanReport>;

type PlanPorts = Pick<Controller, "writer" | "store" | "hash" | "config" | "readRecords">;

/** Size of the plan cache, which makes paging fast. */
const maxPlans = 20;

/**
 * The plan of a rollout as its requester saw it, planned again from the same commits. Throws
 * HardenError `broke` if that gives a different plan, and as the ports do.
 */
export function createPlanReader(ports: PlanPorts): ReadPlan {
  const known = new Map<string, PlanReport>();
  return async (rollout) => {
    const report = known.get(rollout.plan) ?? (await readPlanOf(rollout, ports));
    if (known.size >= maxPlans) known.clear();
    known.set(rollout.plan, report);
    return report;
  };
}

async function readPlanOf(rollout: Rollout, ports: PlanPorts): Promise<PlanReport> {
  const { writer, config, hash, readRecords } = ports;
  const plan = await readRolloutPlan(rollout, await writer.read(), ports);
  const { repository, commit, environment } = plan;
  const [tree, records] = await Promise.all([
    config.readTree(commit),
    plan.ledger === null ? undefined : readRecords(plan.ledger),
  ]);
  const ledger = viewOf(environment, records);
  const contents = await readRestored(plan, await writer.read(), ports);
  const basis = { paths: ["."], repository, commit, ledger, contents };
  const again = planAgain(plan, basis, { files: openTree(tree), hash });
  if (again.digest !== rollout.plan) {
    throw new HardenError(
      "broke",
      `cannot show the plan of ${rollout.id}: planning again from its commits gives a different plan`,
      "Deny or abort the rollout, and request it again.",
    );
  }
  // Nothing blocked it when it was requested.
  return reportPlan({ ...again, blocked: [] });
}
