import { printCanonical, type CanonicalValue } from "../../formats/json/canonical.ts";
import { readJws, type PublicKey, type Signer, type VerifySignature } from "../../formats/jws.ts";
import type { Plan } from "../plan/plan.ts";
import {
  commitDecoder,
  countDecoder,
  digestDecoder,
  nameDecoder,
  nullable,
  recordDecoder,
  rolloutDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";
import type { TicketReason } from "../../base/reasons.ts";

/** What a ticket allows: one wave of one approved plan. It names the plan by its digest alone. */
export type TicketClaims = {
  readonly schemaVersion: 1;
  readonly rollout: string;
  readonly wave: number;
  /** Number of the ledger's entry that sent the wave; grows, and never stands twice. */
  readonly sequence: number;
  readonly repository: number;
  readonly commit: string;
  readonly phase: Phase;
  readonly environment: string;
  /** SHA-256 of the plan. */
  readonly plan: string;
  /** Commit of the ledger that the plan was computed from. */
  readonly ledger: string | null;
  /** Seconds since 1970: valid from the first on, and before the second. */
  readonly nbf: number;
  readonly exp: number;
};

const claimsDecoder = recordDecoder<TicketClaims>({
  schemaVersion: wordDecoder(1),
  rollout: rolloutDecoder,
  wave: countDecoder,
  sequence: countDecoder,
  repository: countDecoder,
  commit: commitDecoder,
  phase: wordDecoder(...phases),
  environment: nameDecoder,
  plan: digestDecoder,
  ledger: nullable(commitDecoder),
  nbf: countDecoder,
  exp: countDecoder,
});

function readClaims(value: CanonicalValue): TicketClaims | undefined {
  return claimsDecoder(value);
}

/** Gives the compact JWS. */
export function signTicket(claims: TicketClaims, signer: Signer): Promise<string> {
  return signer.sign("sesam-harden-ticket", printCanonical(claims));
}

/** What the gate, or a host, knows by itself; undefined where it knows nothing of its own. */
export interface TicketDemands {
  readonly keys: readonly PublicKey[];
  readonly repository: number;
  readonly environment: string | undefined;
  readonly phase: Phase | undefined;
  readonly wave: number | undefined;
  /** The commit that is checked out. */
  readonly commit: string | undefined;
  /** The plan and its digest, computed here and not taken from the ticket's side. */
  readonly plan: Plan;
  readonly digest: string;
  /** Name that is pinned on the host; undefined for the gate, which speaks for all. */
  readonly host: string | undefined;
  /** Sequence of the last ticket that the host accepted; 0 where there was none. */
  readonly lastSequence: number;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds by which two clocks may differ. */
  readonly clockSkew: number;
}

export type TicketVerdict =
  | { readonly kind: "accepted"; readonly claims: TicketClaims }
  | { readonly kind: "refused"; readonly reason: TicketReason };

/** Gives what a ticket says, if its signature fits; whether that holds here is left to be asked. */
export async function openTicket(
  text: string,
  keys: readonly PublicKey[],
  verifySignature: VerifySignature,
): Promise<TicketVerdict> {
  const reading = readJws(text, "sesam-harden-ticket", keys);
  if (reading.kind === "refused") return refuse(`ticket-${reading.reason}`);
  if (!(await verifySignature(text, reading.key))) return refuse("ticket-signature");
  const claims = readClaims(reading.payload);
  return claims === undefined ? refuse("ticket-malformed") : { kind: "accepted", claims };
}

/** Judges a ticket. Nothing of it is believed before its signature was found to fit. */
export async function verifyTicket(
  text: string,
  demands: TicketDemands,
  verifySignature: VerifySignature,
): Promise<TicketVerdict> {
  const opened = await openTicket(text, demands.keys, verifySignature);
  if (opened.kind === "refused") return opened;
  const reason = refuseTime(opened.claims, demands) ?? refuseClaims(opened.claims, demands);
  return reason === undefined ? opened : refuse(reason);
}

function refuse(reason: TicketReason): TicketVerdict {
  return { kind: "refused", reason };
}

/** Why a ticket is of another time; undefined where it is valid now. */
export function refuseTime(
  { exp, nbf }: TicketClaims,
  { now, clockSkew }: Pick<TicketDemands, "now" | "clockSkew">,
): TicketReason | undefined {
  if (now >= exp + clockSkew) return "ticket-expired";
  return now < nbf - clockSkew ? "ticket-early" : undefined;
}

/** Why a ticket whose signature fits does not allow what is asked; undefined where it does. */
function refuseClaims(claims: TicketClaims, demands: TicketDemands): TicketReason | undefined {
  const { plan, digest, host, lastSequence } = demands;
  const hosts = plan.waves[claims.wave - 1] ?? [];
  const checks: readonly (readonly [TicketReason, boolean])[] = [
    ["ticket-repository", isOther("repository", claims, demands)],
    ["ticket-environment", isOther("environment", claims, demands)],
    ["ticket-phase", isOther("phase", claims, demands)],
    ["ticket-commit", isOther("commit", claims, demands)],
    ["ticket-wave", (demands.wave ?? claims.wave) !== claims.wave || hosts.length === 0],
    ["ticket-plan", claims.plan !== digest || claims.ledger !== plan.ledger],
    ["ticket-host", host !== undefined && !hosts.includes(host)],
    ["ticket-sequence", claims.sequence < lastSequence],
  ];
  return checks.find(([, holds]) => holds)?.[0];
}

/** The plan has it too: a plan of another place is another plan, whatever its digest. */
function isOther(
  key: "repository" | "environment" | "phase" | "commit",
  claims: TicketClaims,
  demands: TicketDemands,
): boolean {
  return (demands[key] ?? claims[key]) !== claims[key] || claims[key] !== demands.plan[key];
}
