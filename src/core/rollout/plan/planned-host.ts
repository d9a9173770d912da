import { listTargets, type Plan } from "./plan.ts";
import type { Phase } from "../../fleet/phase.ts";

/** What a plan says of one host, as far as the host itself has to know it. */
export interface PlannedChange {
  readonly phase: Phase;
  /** GitHub's number of the config repo. */
  readonly repository: number;
  /** SHA-256 of the file that has to lie on the host before. */
  readonly before: string;
  /** Of the file that this phase brings, and of the one in the config repo. */
  readonly file: string;
  readonly desired: string;
  /** Whether the file is an earlier one from the ledger, and not made from that of the config repo. */
  readonly isRestored: boolean;
}

export type PlanReading =
  | { readonly kind: "planned"; readonly change: PlannedChange }
  | { readonly kind: "by-hand"; readonly change: PlannedChange }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Why a text is no plan; it never quotes it, since a job may name any file. */
export const notAsPrinted = "it is not the output of sesam-harden plan --format json";

/** Finds a host in a plan; a plan is undefined where `readPlan` did not take it. */
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
