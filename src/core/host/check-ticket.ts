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

/** What the host expects of a ticket. Comes only from its pins. */
export interface TicketPins {
  readonly host: string;
  /** GitHub's numeric ID of the config repo. */
  readonly repository: number;
  /** Undefined if the pins name none: then plan and ticket only have to agree. */
  readonly environment: string | undefined;
  /** Public keys of the ticket signers; more than one during a key rotation. */
  readonly keys: readonly PublicKey[];
  readonly clockSkewMs: number;
}

export interface TicketRequest {
  /** Compact JWS; surrounding whitespace is ignored. */
  readonly ticket: string;
  /** Text of the plan file from which the change is read. */
  readonly plan: string;
  readonly pins: TicketPins;
  /** What the job was asked to do; undefined if it was not specified. */
  readonly phase: Phase | undefined;
  readonly wave: number | undefined;
  /** Commit that is checked out; undefined if unknown. */
  readonly commit: string | undefined;
}

/** Sequence of the last ticket that the host accepted. */
export interface SequenceStore {
  /** 0 if no ticket was accepted yet. */
  readonly read: () => Promise<Outcome<number>>;
  /** Atomic, and synced to disk before it resolves. */
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
 * Verifies a ticket against the host's own pins and stores its sequence once it is accepted, so
 * that no older ticket is accepted later. The same ticket may be used again, because a wave may be
 * sent twice.
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
 * Verifies the ticket of a rehearsal. Sequences are neither compared nor stored: a rehearsal ticket
 * allows nothing that could be replayed.
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
