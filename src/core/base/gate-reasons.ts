import type { Reason } from "./reason.ts";

/** Why a run of the rollout workflow stops before any host is touched. */
export const gateReasons = {
  "run-again": {
    cause: "this is an old run that somebody started again",
    next: "Continue or resume the rollout; the controller sends the wave again in a new run.",
  },
  "run-inputs": {
    cause: "the inputs of the run are not those that the ticket names",
    next: "Find out who started it: the controller starts no such run.",
  },
  "ledger-differs": {
    cause: "the ledger that was read is at another commit than the plan names",
    next: "Check the ledger out at that commit.",
  },
  "plan-differs": {
    cause: "planning again, from the same commits, gives another plan than the recorded one",
    next: "Use the same version of sesam-harden here as the controller, and plan again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export type GateReason = keyof typeof gateReasons;
