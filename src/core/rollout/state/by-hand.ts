import type { HostWire } from "../../verify/parse-report.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { Phase } from "../../fleet/phase.ts";
import { wirePortOpen } from "../../rules/catalog/wire-port-open.ts";
import type { HandState, Rollout, StateKind } from "./rollout.ts";

/** A person's record of the file on a host that they changed. */
export interface HandRecord {
  readonly host: string;
  /** SHA-256 of the file on the host, in hexadecimal. */
  readonly file: string;
  /** Name of the person. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** A run of verify: its times are GitHub's, in seconds since 1970. */
export interface HandScan {
  readonly run: number;
  /** Undefined if an older release recorded the run: it may have begun before the change. */
  readonly began: number | undefined;
  readonly at: number;
  /** The result for the host; undefined if the run did not scan it. */
  readonly seen: HostWire | undefined;
}

/** How many people must record the file of a host; `close` needs two because it can lock it out. */
export function countRecorders(phase: Phase): number {
  return phase === "close" ? 2 : 1;
}

export function findHand({ byHand = [] }: Rollout, host: string): HandState | undefined {
  return byHand.find((hand) => hand.host === host);
}

/** States of a rollout that was never approved, or whose approval was revoked. */
const withoutApproval: readonly StateKind[] = ["denied", "withdrawn", "revoked", "superseded"];

export function isApproved({ state, approvals, terms }: Rollout): boolean {
  return approvals.length >= terms.approvals && !withoutApproval.includes(state.kind);
}

/** Whether a host of the rollout can still be verified by hand. */
export function awaitsHands(rollout: Rollout, nowSeconds: number): boolean {
  const isOpen = (rollout.byHand ?? []).some(({ verified }) => verified === null);
  return isOpen && isApproved(rollout) && nowSeconds < rollout.expiresAt;
}

/**
 * Since when a scan would have to start to verify every host whose file enough people have
 * recorded, in seconds since 1970; why no scan can verify one, if there is no such host.
 */
export function findScanStart(rollout: Rollout, nowSeconds: number): number | ReasonCode {
  const refusal = refuseApproval(rollout);
  if (refusal !== undefined) return refusal;
  const open = (rollout.byHand ?? []).filter(({ verified }) => verified === null);
  if (open.length === 0) return "hand-verified";
  if (nowSeconds >= rollout.expiresAt) return "expired";
  const enough = countRecorders(rollout.phase);
  const times = open.flatMap(({ recordedBy, recordedAt }) =>
    recordedBy.length >= enough ? [recordedAt ?? 0] : [],
  );
  return times.length === 0 ? "hand-unrecorded" : Math.max(...times);
}

/** Why nothing that people change by hand counts; undefined if the rollout is approved. */
function refuseApproval(rollout: Rollout): ReasonCode | undefined {
  if (isApproved(rollout)) return undefined;
  return rollout.state.kind === "requested" ? "awaits-approval" : "over";
}

/**
 * Whether a person may still begin to change a host. After an abort or a failure no one begins, but
 * a host that was changed before can still be recorded and verified.
 */
export function offersHands(rollout: Rollout, nowSeconds: number): boolean {
  const isStopped = ["aborted", "aborting", "failed"].includes(rollout.state.kind);
  return awaitsHands(rollout, nowSeconds) && !isStopped && rollout.handsAborted !== true;
}

/** Adds a person's record, or returns why it does not count. */
export function recordHand(
  rollout: Rollout,
  { host, file, by, at }: HandRecord,
): Rollout | ReasonCode {
  const hand = findHand(rollout, host);
  if (hand === undefined) return "not-by-hand";
  const refusal = refuseApproval(rollout);
  if (refusal !== undefined) return refusal;
  if (hand.verified !== null) return "hand-verified";
  if (at >= rollout.expiresAt) return "expired";
  const isEnough = hand.recordedBy.length >= countRecorders(rollout.phase);
  if (isEnough || hand.recordedBy.includes(by)) return "hand-recorded";
  if (hand.file !== null && hand.file !== file) return "hand-file-differs";
  return withHand(rollout, { ...hand, file, recordedBy: [...hand.recordedBy, by], recordedAt: at });
}

/** Drops the records of a host that was seen with a different file afterwards. */
export function forgetHand(rollout: Rollout, host: string): Rollout {
  const hand = findHand(rollout, host);
  if (hand === undefined || hand.verified !== null) return rollout;
  return withHand(rollout, { ...hand, file: null, recordedBy: [], recordedAt: null });
}

/**
 * Marks the host as verified if a scan from outside confirms the record. The scan must begin after
 * the newest record, end before the rollout expires, and show what the phase requires.
 */
export function confirmHand(
  rollout: Rollout,
  host: string,
  { run, began, at, seen }: HandScan,
): Rollout | undefined {
  const { phase, expiresAt } = rollout;
  const hand = findHand(rollout, host);
  if (hand === undefined || hand.recordedAt === null || hand.verified !== null) return undefined;
  // An approval can be revoked after the record, before the first wave.
  if (!isApproved(rollout)) return undefined;
  if (hand.recordedBy.length < countRecorders(phase)) return undefined;
  if (began === undefined || began < hand.recordedAt || at >= expiresAt) return undefined;
  if (seen === undefined || !showsPhase(phase, seen)) return undefined;
  return withHand(rollout, { ...hand, verified: { run, at } });
}

/**
 * Whether a scan shows what a phase requires.
 * `open`: HTTPS completes on all addresses, nothing is unknown, and the only differences from the
 * file are old ports that are still open.
 * `close`: hardened without any finding. A scan that expects the phase `open` reports open ports
 * only in its verdict.
 */
export function showsPhase(phase: Phase, { verdict, rules }: HostWire): boolean {
  if (phase === "close") return verdict === "hardened" && rules.length === 0;
  const isReached = verdict === "hardened" || verdict === "partial";
  return isReached && rules.every((rule) => rule === wirePortOpen.id);
}

function withHand(rollout: Rollout, changed: HandState): Rollout {
  const byHand = (rollout.byHand ?? []).map((hand) =>
    hand.host === changed.host ? changed : hand,
  );
  return { ...rollout, byHand };
}
