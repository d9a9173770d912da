import { printCanonical } from "../../formats/json/canonical.ts";
import {
  readJws,
  type JwsType,
  type PublicKey,
  type Signer,
  type VerifySignature,
} from "../../formats/jws.ts";
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
  type Decoder,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";
import type { TicketReason } from "../../base/reasons.ts";

/** What a ticket allows: one wave of one approved plan. It names the plan only by its digest. */
export type TicketClaims = {
  readonly schemaVersion: 1;
  readonly rollout: string;
  readonly wave: number;
  /** Number of the ledger entry that sent the wave; it grows, and is never repeated. */
  readonly sequence: number;
  readonly repository: number;
  readonly commit: string;
  readonly phase: Phase;
  readonly environment: string;
  /** SHA-256 of the plan. */
  readonly plan: string;
  /** Commit of the ledger that the plan was computed from. */
  readonly ledger: string | null;
  /** Seconds since 1970: valid from `nbf` (inclusive) to `exp` (exclusive). */
  readonly nbf: number;
  readonly exp: number;
};

/**
 * What the ticket of a rehearsal allows: to ask the hosts of one wave whether a plan would work
 * now. It has no sequence, because asking a host twice changes nothing.
 */
export type RehearsalClaims = Omit<TicketClaims, "sequence">;

const rehearsalShapes = {
  schemaVersion: wordDecoder(1),
  rollout: rolloutDecoder,
  wave: countDecoder,
  repository: countDecoder,
  commit: commitDecoder,
  phase: wordDecoder(...phases),
  environment: nameDecoder,
  plan: digestDecoder,
  ledger: nullable(commitDecoder),
  nbf: countDecoder,
  exp: countDecoder,
};

const claimsDecoder = recordDecoder<TicketClaims>({ ...rehearsalShapes, sequence: countDecoder });
const rehearsalDecoder = recordDecoder<RehearsalClaims>(rehearsalShapes);

/** Returns the compact JWS. */
export function signTicket(claims: TicketClaims, signer: Signer): Promise<string> {
  return signer.sign("sesam-harden-ticket", printCanonical(claims));
}

/** Returns the compact JWS. Its type differs, so that no host accepts it as a wave's ticket. */
export function signRehearsalTicket(claims: RehearsalClaims, signer: Signer): Promise<string> {
  return signer.sign("sesam-harden-rehearsal", printCanonical(claims));
}

/** What the gate or a host knows independently of the ticket; undefined if it does not know it. */
export interface TicketDemands {
  readonly keys: readonly PublicKey[];
  readonly repository: number;
  readonly environment: string | undefined;
  readonly phase: Phase | undefined;
  readonly wave: number | undefined;
  /** The commit that is checked out. */
  readonly commit: string | undefined;
  /** The plan and its digest, computed here and not taken from the ticket. */
  readonly plan: Plan;
  readonly digest: string;
  /** Host name from the host's pins; undefined for the gate, which checks all hosts. */
  readonly host: string | undefined;
  /** Sequence of the last ticket that the host accepted; 0 if there was none. */
  readonly lastSequence: number;
  readonly nowSeconds: number;
  /** Maximum difference between two clocks, in seconds. */
  readonly clockSkewSeconds: number;
}

/** A rehearsal ticket has no sequence to compare or to store. */
export type RehearsalDemands = Omit<TicketDemands, "lastSequence">;

type Verdict<Claims> =
  | { readonly kind: "accepted"; readonly claims: Claims }
  | { readonly kind: "refused"; readonly reason: TicketReason };

export type TicketVerdict = Verdict<TicketClaims>;

/** Returns the claims of a ticket if its signature is valid; does not check the claims. */
export function openTicket(
  text: string,
  keys: readonly PublicKey[],
  verifySignature: VerifySignature,
): Promise<TicketVerdict> {
  return openSigned(
    text,
    { type: "sesam-harden-ticket", keys, read: claimsDecoder },
    verifySignature,
  );
}

async function openSigned<Claims>(
  text: string,
  {
    type,
    keys,
    read,
  }: {
    readonly type: JwsType;
    readonly keys: readonly PublicKey[];
    readonly read: Decoder<Claims>;
  },
  verifySignature: VerifySignature,
): Promise<Verdict<Claims>> {
  const reading = readJws(text, type, keys);
  if (reading.kind === "refused") return refuse(`ticket-${reading.reason}`);
  if (!(await verifySignature(text, reading.key))) return refuse("ticket-signature");
  const claims = read(reading.payload);
  return claims === undefined ? refuse("ticket-malformed") : { kind: "accepted", claims };
}

/** Verifies a ticket. None of its claims are used before the signature is verified. */
export async function verifyTicket(
  text: string,
  demands: TicketDemands,
  verifySignature: VerifySignature,
): Promise<TicketVerdict> {
  const opened = await openTicket(text, demands.keys, verifySignature);
  if (opened.kind === "refused") return opened;
  const reason = refuseTime(opened.claims, demands) ?? refuseClaims(opened.claims, demands);
  if (reason !== undefined) return refuse(reason);
  return opened.claims.sequence < demands.lastSequence ? refuse("ticket-sequence") : opened;
}

/** Verifies the ticket of a rehearsal; a wave's ticket is refused as `ticket-header`. */
export async function verifyRehearsalTicket(
  text: string,
  demands: RehearsalDemands,
  verifySignature: VerifySignature,
): Promise<Verdict<RehearsalClaims>> {
  const { keys } = demands;
  const kind = { type: "sesam-harden-rehearsal", keys, read: rehearsalDecoder } as const;
  const opened = await openSigned(text, kind, verifySignature);
  if (opened.kind === "refused") return opened;
  const reason = refuseTime(opened.claims, demands) ?? refuseClaims(opened.claims, demands);
  return reason === undefined ? opened : refuse(reason);
}

function refuse(reason: TicketReason): Extract<TicketVerdict, { kind: "refused" }> {
  return { kind: "refused", reason };
}

/** Why a ticket is not valid at this time; undefined if it is. */
export function refuseTime(
  { exp, nbf }: Pick<TicketClaims, "exp" | "nbf">,
  { nowSeconds, clockSkewSeconds }: Pick<TicketDemands, "nowSeconds" | "clockSkewSeconds">,
): TicketReason | undefined {
  if (nowSeconds >= exp + clockSkewSeconds) return "ticket-expired";
  return nowSeconds < nbf - clockSkewSeconds ? "ticket-early" : undefined;
}

/** Why a ticket with a valid signature does not allow the request; undefined if it does. */
function refuseClaims(
  claims: RehearsalClaims,
  demands: RehearsalDemands,
): TicketReason | undefined {
  const { plan, digest, host } = demands;
  const hosts = plan.waves[claims.wave - 1] ?? [];
  const checks: readonly (readonly [TicketReason, boolean])[] = [
    ["ticket-repository", isOther("repository", claims, demands)],
    ["ticket-environment", isOther("environment", claims, demands)],
    ["ticket-phase", isOther("phase", claims, demands)],
    ["ticket-commit", isOther("commit", claims, demands)],
    ["ticket-wave", (demands.wave ?? claims.wave) !== claims.wave || hosts.length === 0],
    ["ticket-plan", claims.plan !== digest || claims.ledger !== plan.ledger],
    ["ticket-host", host !== undefined && !hosts.includes(host)],
  ];
  return checks.find(([, holds]) => holds)?.[0];
}

/**
 * Compares with the plan too: a plan for another place is refused even if the ticket has its
 * digest.
 */
function isOther(
  key: "repository" | "environment" | "phase" | "commit",
  claims: RehearsalClaims,
  demands: RehearsalDemands,
): boolean {
  return (demands[key] ?? claims[key]) !== claims[key] || claims[key] !== demands.plan[key];
}
