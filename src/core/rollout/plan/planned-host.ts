import { listTargets, type Plan } from "./plan.ts";
import type { Phase } from "../../fleet/phase.ts";

/** The part of a plan that one host needs. */
export interface PlannedChange {
  readonly phase: Phase;
  /** GitHub's id of the config repo. */
  readonly repository: number;
  /** SHA-256 of the file that must be on the host before the change. */
  readonly before: string;
  /** SHA-256 of the file that this phase deploys, and of the one in the config repo. */
  readonly file: string;
  readonly desired: string;
  /** True if the file is an earlier one from the ledger, not derived from the config repo. */
  readonly isRestored: boolean;
}

export type PlanReading =
  | { readonly kind: "planned"; readonly change: PlannedChange }
  | { readonly kind: "by-hand"; readonly change: PlannedChange }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Why a text is not a plan. Never quotes the text, because a job may name any file. */
export const notAsPrinted = "it is not the output of sesam-harden plan --format json";

/** Finds a host in a plan; the plan is undefined if readPlan() rejected it. */
export function findPlannedHost(plan: Plan | undefined, host: string): PlanReading {
  if (plan === undefined) return { kind: "unreadable", reason: notAsPrinted };
  const planned = listTargets(plan).find(({ name }) => name === host);
  if (planned === undefined) return { kind: "absent" };
  const { phase, repository } = plan;
  const { before, file, desired } = planned;
  const kind = "runner" in planned ? "planned" : "by-hand";
  const isRestored = plan.restores !== undefined;
  return { kind, change: { phase, repository, before, file, desired, isRestored } };
}
