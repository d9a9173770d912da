import type { TicketClaims } from "./ticket.ts";

/**
 * Inputs of the rollout workflow, in its order. All but the first two stand in the ticket as well,
 * which the gate holds them against; they are there since a workflow cannot read a ticket.
 */
export const runInputs = ["ticket", "correlation", "wave", "plan", "commit", "ledger"] as const;

export type RunInput = (typeof runInputs)[number];

/** What a dispatch sends. The correlation id is in the run's name, by which a run is found again. */
export function runInputsOf(
  ticket: string,
  { wave, plan, commit, ledger }: TicketClaims,
  correlation: string,
): Readonly<Record<RunInput, string>> {
  return { ticket, correlation, wave: String(wave), plan, commit, ledger: ledger ?? "" };
}
