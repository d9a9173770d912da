import type { Phase } from "../../fleet/phase.ts";

/** The state of a rollout. Waves count from 1; `judged` is the last wave that was evaluated. */
export type RolloutState =
  | { readonly kind: "requested" }
  | { readonly kind: "approved" }
  /** Recorded before the dispatch is sent, so that every run is known. */
  | { readonly kind: "dispatching"; readonly wave: number }
  /** GitHub's answer to the dispatch was lost. */
  | { readonly kind: "unknown"; readonly wave: number }
  | { readonly kind: "running"; readonly wave: number; readonly run: number }
  /** The run is null if it is not known yet. */
  | {
      readonly kind: "aborting";
      readonly wave: number;
      readonly run: number | null;
      readonly by: string;
    }
  | { readonly kind: "paused"; readonly judged: number; readonly since: number }
  | { readonly kind: "aborted"; readonly judged: number; readonly by: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "expired"; readonly isLost: boolean }
  | { readonly kind: "succeeded" | "denied" | "withdrawn" | "superseded" | "revoked" };

export type StateKind = RolloutState["kind"];

/** Requirements at the time of the request; later settings do not relax them. */
export type RolloutTerms = {
  readonly approvals: number;
  /** Seconds. */
  readonly soak: number;
  readonly record: readonly RecordKind[];
  readonly maxFailures: number;
  /** Every host must be ready in a rehearsal before the rollout is approved and sent. */
  readonly rehearsal?: "required";
};

export interface Rollout {
  readonly id: string;
  readonly environment: string;
  readonly phase: Phase;
  /** Digest of the plan. */
  readonly plan: string;
  /** Host names by wave, as in the plan. */
  readonly waves: readonly (readonly string[])[];
  /** Names of people. */
  readonly requester: string;
  /** Purpose, as the requester stated it; may be empty. */
  readonly purpose: string;
  readonly approvals: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly terms: RolloutTerms;
  /** Omitted unless it restores earlier files of its hosts. */
  readonly restores?: true;
  /** What was recorded since the last wave was evaluated. */
  readonly recorded: readonly RecordKind[];
  /** Hosts with the outcome good. */
  readonly done: readonly string[];
  /** Hosts that people change, by name; omitted if there are none. */
  readonly byHand?: readonly HandState[];
  /** Omitted unless someone aborted the hosts by hand after the last wave had succeeded. */
  readonly handsAborted?: true;
  readonly state: RolloutState;
}

/** A host that is changed by hand, with the evidence so far. An alias, like those of records. */
export type HandState = {
  readonly host: string;
  /** SHA-256 of its recorded file; null before the first record. */
  readonly file: string | null;
  /** Names of the people who recorded it. */
  readonly recordedBy: readonly string[];
  /** Time of the newest record, in seconds since 1970. */
  readonly recordedAt: number | null;
  /** The run of verify that confirmed it, and its end time; null before that. */
  readonly verified: { readonly run: number; readonly at: number } | null;
};

/**
 * good: verified; bad: not verified, and rolled back; unknown never counts as good; not-started:
 * nothing was changed.
 */
export const outcomes = ["good", "bad", "unknown", "not-started"] as const;
export type HostOutcome = (typeof outcomes)[number];

export type HostResult = {
  readonly host: string;
  readonly outcome: HostOutcome;
  /** Reason code; empty if the outcome is good. */
  readonly reason: string;
};

export type RolloutEvent =
  | {
      readonly kind: "approve";
      readonly by: string;
      readonly plan: string;
      /** The approver's note; omitted if there is none, and by older releases. */
      readonly note?: string;
    }
  | { readonly kind: "deny"; readonly by: string; readonly reason: string }
  | { readonly kind: "withdraw"; readonly by: string; readonly reason: string }
  | { readonly kind: "revoke"; readonly by: string }
  | { readonly kind: "supersede"; readonly rollout: string }
  | { readonly kind: "expire" }
  | { readonly kind: "dispatch"; readonly wave: number }
  /** GitHub's answers to the dispatch: accepted, refused, or none. */
  | { readonly kind: "accept"; readonly wave: number; readonly run: number }
  | { readonly kind: "refuse"; readonly wave: number; readonly detail: string }
  | { readonly kind: "lose"; readonly wave: number }
  /** The run was found by its name. */
  | { readonly kind: "find"; readonly wave: number; readonly run: number }
  | {
      readonly kind: "judge";
      readonly wave: number;
      readonly run: number;
      readonly results: readonly HostResult[];
    }
  | { readonly kind: "record"; readonly by: string; readonly what: RecordKind }
  | { readonly kind: "abort"; readonly by: string; readonly reason: string }
  | { readonly kind: "resume"; readonly by: string };

export type EventKind = RolloutEvent["kind"];

/** The hosts that a wave still has to change: all except those changed before an abort. */
export function hostsOfWave({ waves, done }: Rollout, wave: number): readonly string[] {
  return (waves[wave - 1] ?? []).filter((name) => !done.includes(name));
}

/** True if no wave was started, so that a new request may replace the rollout. */
export function isUnsent(state: RolloutState): boolean {
  const { kind } = state;
  return kind === "requested" || kind === "approved" || (kind === "paused" && state.judged === 0);
}

export function isReplaceable({ kind }: RolloutState): boolean {
  return kind === "requested" || kind === "aborted";
}

const endStates: readonly StateKind[] = [
  "failed",
  "expired",
  "succeeded",
  "denied",
  "withdrawn",
  "superseded",
  "revoked",
];

export function isOver({ kind }: RolloutState): boolean {
  return endStates.includes(kind);
}

/** Hosts that a finished or aborted rollout did not verify. */
export function listRest({ waves, done, state }: Rollout): readonly string[] {
  const isLeft = ["failed", "aborted", "expired", "succeeded"].includes(state.kind);
  return isLeft ? waves.flat().filter((name) => !done.includes(name)) : [];
}

/** Why the environment is locked after the rollout ended in this state; undefined if it is not. */
export function lockReason(state: RolloutState): string | undefined {
  if (state.kind === "failed") return state.reason;
  if (state.kind === "expired" && state.isLost) {
    return "the run of a wave was never found, so what it did is not known";
  }
  return undefined;
}

/** What the settings can require an operator to record between two waves. */
export const recordKinds = ["backup", "restore", "migration", "abort"] as const;

export type RecordKind = (typeof recordKinds)[number];
