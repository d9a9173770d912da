import type { TicketClaims } from "./ticket.ts";

/**
 * Inputs of the rollout workflow, in its order. All but the first two stand in the ticket as well,
 * which the gate holds them against; they are there since a workflow cannot read a ticket.
 */
export const runInputs = [
  "ticket",
  "correlation",
  "environment",
  "wave",
  "plan",
  "commit",
  "ledger",
] as const;

export type RunInput = (typeof runInputs)[number];

/** What a dispatch sends. The correlation id ends the run's name, by which a run is found again. */
export function runInputsOf(
  ticket: string,
  { environment, wave, plan, commit, ledger }: TicketClaims,
  correlation: string,
): Readonly<Record<RunInput, string>> {
  const named = { environment, wave: String(wave), plan, commit, ledger: ledger ?? "" };
  return { ticket, correlation, ...named };
}
