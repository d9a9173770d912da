import type { Phase } from "../../fleet/phase.ts";

/** Where a rollout stands. Waves count from 1; `judged` is the last wave that was judged. */
export type RolloutState =
  | { readonly kind: "requested" }
  | { readonly kind: "approved" }
  /** Written before the dispatch is sent, so that no run can be at work that nobody knows of. */
  | { readonly kind: "dispatching"; readonly wave: number }
  /** The answer to the dispatch was lost. */
  | { readonly kind: "unknown"; readonly wave: number }
  | { readonly kind: "running"; readonly wave: number; readonly run: number }
  /** The run is null where it is not known yet. */
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

/** What was asked of the rollout when it was requested; later settings do not loosen it. */
export type RolloutTerms = {
  readonly approvals: number;
  /** Seconds. */
  readonly soak: number;
  readonly record: readonly RecordKind[];
  readonly maxFailures: number;
  /** Every host has to be ready in a rehearsal before this may be approved, and sent. */
  readonly rehearsal?: "required";
};

export interface Rollout {
  readonly id: string;
  readonly environment: string;
  readonly phase: Phase;
  /** Digest of the plan. */
  readonly plan: string;
  /** Names of the hosts by wave, as the plan has them. */
  readonly waves: readonly (readonly string[])[];
  /** Names of persons. */
  readonly requester: string;
  /** What the requester said that it is for; may be empty. */
  readonly purpose: string;
  readonly approvals: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly terms: RolloutTerms;
  /** Left out unless it restores earlier files of its hosts. */
  readonly restores?: true;
  /** What was recorded since the last wave was judged. */
  readonly recorded: readonly RecordKind[];
  /** Hosts that were judged good. */
  readonly done: readonly string[];
  /** Hosts that people change, by name; left out where there is none. */
  readonly byHand?: readonly HandState[];
  readonly state: RolloutState;
}

/** A host that is changed by hand, with the evidence so far. An alias, as those of records are. */
export type HandState = {
  readonly host: string;
  /** SHA-256 of its file as it was recorded; null until somebody did. */
  readonly file: string | null;
  /** Names of the people who recorded it. */
  readonly recordedBy: readonly string[];
  /** When the newest of them did, in seconds since 1970. */
  readonly recordedAt: number | null;
  /** The run of verify that confirmed it, and when it was over; null until one does. */
  readonly verified: { readonly run: number; readonly at: number } | null;
};

/** good: proven; bad: not, and undone; unknown is never good; not-started: nothing was touched. */
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
      /** In the approver's words; left out where nothing was said, and by older releases. */
      readonly note?: string;
    }
  | { readonly kind: "deny"; readonly by: string; readonly reason: string }
  | { readonly kind: "withdraw"; readonly by: string; readonly reason: string }
  | { readonly kind: "revoke"; readonly by: string }
  | { readonly kind: "supersede"; readonly rollout: string }
  | { readonly kind: "expire" }
  | { readonly kind: "dispatch"; readonly wave: number }
  /** GitHub's answers to the dispatch: taken, refused, or none. */
  | { readonly kind: "accept"; readonly wave: number; readonly run: number }
  | { readonly kind: "refuse"; readonly wave: number; readonly detail: string }
  | { readonly kind: "lose"; readonly wave: number }
  /** The run was found by its correlation id. */
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

/** The hosts that a wave still has to do: all of it, but those that were done before an abort. */
export function hostsOfWave({ waves, done }: Rollout, wave: number): readonly string[] {
  return (waves[wave - 1] ?? []).filter((name) => !done.includes(name));
}

/** True where nothing of the rollout is under way, so that a new request may take its place. */
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

/** The hosts that a rollout which ended, or was aborted, left without verifying them. */
export function listRest({ waves, done, state }: Rollout): readonly string[] {
  const isLeft = ["failed", "aborted", "expired", "succeeded"].includes(state.kind);
  return isLeft ? waves.flat().filter((name) => !done.includes(name)) : [];
}

/** Why the environment is locked after a rollout ended so; undefined where it is not. */
export function lockReason(state: RolloutState): string | undefined {
  if (state.kind === "failed") return state.reason;
  if (state.kind === "expired" && state.isLost) {
    return "the run of a wave was never found, so what it did is not known";
  }
  return undefined;
}

/** What an operator may have to record between two waves. */
export const recordKinds = ["backup", "restore", "migration", "abort"] as const;

export type RecordKind = (typeof recordKinds)[number];
