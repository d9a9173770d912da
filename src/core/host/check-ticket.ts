import type { PublicKey, VerifySignature } from "../formats/jws.ts";
import { readPlan } from "../rollout/plan/plan-file.ts";
import { notAsPrinted } from "../rollout/plan/planned-host.ts";
import {
  verifyRehearsalTicket,
  verifyTicket,
  type RehearsalClaims,
  type TicketClaims,
} from "../rollout/dispatch/ticket.ts";
import type { Clock, Outcome } from "./ports.ts";
import type { Hash } from "../base/hash.ts";
import type { Phase } from "../fleet/phase.ts";
import { refusal, type Refusal, type RefusalCode } from "../base/reasons.ts";

/** What counts for a host, and comes from its pins alone. */
export interface TicketPins {
  readonly host: string;
  /** GitHub's number of the config repo. */
  readonly repository: number;
  /** Undefined where the pins name none: then the plan and the ticket have to agree. */
  readonly environment: string | undefined;
  /** Whoever signs tickets has the other half; several while a key is changed. */
  readonly keys: readonly PublicKey[];
  readonly clockSkewMs: number;
}

export interface TicketRequest {
  /** The compact JWS; blanks around it do not count. */
  readonly ticket: string;
  /** Text of the plan file, the same that the change is read from. */
  readonly plan: string;
  readonly pins: TicketPins;
  /** What the job was told to do; undefined where it was not told. */
  readonly phase: Phase | undefined;
  readonly wave: number | undefined;
  /** The commit that is checked out; undefined where that is not known. */
  readonly commit: string | undefined;
}

/** Sequence of the last ticket that the host accepted. */
export interface SequenceStore {
  /** 0 where there was none yet. */
  readonly read: () => Promise<Outcome<number>>;
  /** Whole and on the disk before it returns. */
  readonly write: (sequence: number) => Promise<Outcome>;
}

export interface TicketTools {
  readonly verifySignature: VerifySignature;
  readonly hash: Hash;
  readonly sequences: SequenceStore;
  readonly clock: Pick<Clock, "nowMs">;
}

export type TicketAnswer =
  | { readonly kind: "accepted"; readonly claims: TicketClaims }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Judges a ticket by what the host knows of itself, and keeps its sequence once it is accepted, so
 * that no older one is taken afterwards. The same ticket may come again: a wave may be sent twice.
 */
export async function checkTicket(
  { ticket, plan: text, pins, phase, wave, commit }: TicketRequest,
  { verifySignature, hash, sequences, clock }: TicketTools,
): Promise<TicketAnswer> {
  const read = readPlan(text, hash);
  if (read === undefined) {
    return refuse("plan-unreadable", notAsPrinted);
  }
  const last = await sequences.read();
  if (last.kind === "failed") return refuse("ticket-last-unknown", last.reason);
  const demands = { ...demandsOf(pins, clock), phase, wave, commit, ...read };
  const verdict = await verifyTicket(
    ticket.trim(),
    { ...demands, lastSequence: last.value },
    verifySignature,
  );
  if (verdict.kind === "refused") return refuse(verdict.reason);
  if (verdict.claims.sequence > last.value) {
    const kept = await sequences.write(verdict.claims.sequence);
    if (kept.kind === "failed") return refuse("ticket-last-unknown", kept.reason);
  }
  return verdict;
}

export type RehearsalTicketAnswer =
  | { readonly kind: "accepted"; readonly claims: RehearsalClaims }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Judges the ticket of a rehearsal. No sequence is compared or kept: it allows nothing that could be
 * done twice.
 */
export async function checkRehearsalTicket(
  { ticket, plan: text, pins, phase, wave, commit }: TicketRequest,
  { verifySignature, hash, clock }: Omit<TicketTools, "sequences">,
): Promise<RehearsalTicketAnswer> {
  const read = readPlan(text, hash);
  if (read === undefined) return refuse("plan-unreadable", notAsPrinted);
  const demands = { ...demandsOf(pins, clock), phase, wave, commit, ...read };
  const verdict = await verifyRehearsalTicket(ticket.trim(), demands, verifySignature);
  return verdict.kind === "refused" ? refuse(verdict.reason) : verdict;
}

function demandsOf(
  { host, repository, environment, keys, clockSkewMs }: TicketPins,
  clock: Pick<Clock, "nowMs">,
) {
  return {
    host,
    repository,
    environment,
    keys,
    nowSeconds: Math.floor(clock.nowMs() / 1000),
    clockSkewSeconds: Math.floor(clockSkewMs / 1000),
  };
}

function refuse(code: RefusalCode, detail = ""): Extract<TicketAnswer, { kind: "refused" }> {
  return { kind: "refused", refusal: refusal(code, detail) };
}
