import { printCanonical, readCanonical } from "../../formats/json/canonical.ts";
import type { Plan } from "../plan/plan.ts";
import {
  commitDecoder,
  countDecoder,
  digestDecoder,
  listDecoder,
  nameDecoder,
  recordDecoder,
  rolloutDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import type { RehearsalClaims, TicketClaims } from "./ticket.ts";
import { type Phase, phases } from "../../fleet/phase.ts";

/** What an open gate passes to the jobs that follow. */
export type WaveRun = {
  readonly schemaVersion: 1;
  readonly rollout: string;
  readonly wave: number;
  readonly sequence: number;
  readonly phase: Phase;
  readonly environment: string;
  readonly commit: string;
  readonly plan: string;
  /** In the plan's order. */
  readonly hosts: readonly string[];
};

const shape = recordDecoder<WaveRun>({
  schemaVersion: wordDecoder(1),
  rollout: rolloutDecoder,
  wave: countDecoder,
  sequence: countDecoder,
  phase: wordDecoder(...phases),
  environment: nameDecoder,
  commit: commitDecoder,
  plan: digestDecoder,
  hosts: listDecoder(textDecoder),
});

export function describeRun(claims: TicketClaims, plan: Plan): WaveRun {
  return { ...describeRehearsal(claims, plan), sequence: claims.sequence };
}

export function describeRehearsal(claims: RehearsalClaims, plan: Plan): RehearsalRun {
  const { rollout, wave, phase, environment, commit } = claims;
  const hosts = plan.waves[wave - 1] ?? [];
  return {
    schemaVersion: 1,
    rollout,
    wave,
    phase,
    environment,
    commit,
    plan: claims.plan,
    hosts,
  };
}

/** A rehearsal run has no sequence. */
export type RehearsalRun = Omit<WaveRun, "sequence">;

export function printRun(run: RehearsalRun): string {
  return printCanonical(run);
}

/** Parses the run of a wave; a rehearsal has no job that evaluates it. */
export function readRun(text: string): WaveRun | undefined {
  const reading = readCanonical(text);
  return reading.kind === "value" ? shape(reading.value) : undefined;
}

/**
 * The matrix of the jobs as `fromJSON` expects it: one entry per host, with the SHA-256 of its
 * file.
 */
export function printMatrix({ hosts }: RehearsalRun, plan: Plan): string {
  const planned = new Map(plan.hosts.map((host) => [host.name, host]));
  const include = hosts.map((host) => {
    const { runner = host, file = "" } = planned.get(host) ?? {};
    return { host, runner, file };
  });
  return printCanonical({ include });
}

/**
 * Inputs of the rollout workflow, in its order. All but the first two are also in the ticket, and
 * the gate compares them; they exist because a workflow cannot read a ticket.
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

/**
 * Values of the inputs. A wave sends no `mode`, so that workflow files that predate rehearsals
 * accept it. GitHub refuses the inputs of rehearsalInputsOf() for such a file.
 */
export type RunInputs = Readonly<Record<RunInput, string>> & {
  readonly mode?: (typeof runModes)[number];
};

/** roll-out (default): changes the hosts of a wave; rehearse: only asks them. */
export const runModes = ["roll-out", "rehearse"] as const;

/**
 * The inputs of a dispatch. The run's name ends with the correlation id, so that the run can be
 * found.
 */
export function runInputsOf(
  ticket: string,
  { environment, wave, plan, commit, ledger }: RehearsalClaims,
  correlation: string,
): RunInputs {
  const named = { environment, wave: String(wave), plan, commit, ledger: ledger ?? "" };
  return { ticket, correlation, ...named };
}

/** The inputs that dispatch the rehearsal of one wave, with a ticket of signRehearsalTicket(). */
export function rehearsalInputsOf(
  ticket: string,
  claims: RehearsalClaims,
  correlation: string,
): RunInputs {
  return { ...runInputsOf(ticket, claims, correlation), mode: "rehearse" };
}
