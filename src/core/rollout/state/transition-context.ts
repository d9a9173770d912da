import type { Standing } from "./approvals.ts";
import type { EnvironmentRecord } from "./records.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Rollout, RolloutEvent } from "./rollout.ts";

/** What a decision rests on beside the rollout itself, read just before it. */
export interface TransitionContext {
  /** Seconds since 1970. */
  readonly at: number;
  readonly standingOf: (name: string) => Standing;
  /** The default branch: whether it still holds the files, facts and policy that were planned. */
  readonly target: "same" | "changed" | "unreadable";
  readonly environment: EnvironmentRecord;
  /** The newest one of the environment; undefined where there was none. */
  readonly rehearsal: Rehearsal | undefined;
  readonly window: "none" | "freeze-window" | "backup-window";
  /** For `close`: whether every host has proven HTTPS, and the global settings are recorded. */
  readonly closing: "ready" | "open-not-proven" | "globals-not-set";
  /** Whether the environment that this one comes after, if it names one, is closed. */
  readonly predecessor: "ready" | "not-closed";
  /** For a dispatch whose answer was lost: whether the run was looked for long enough. */
  readonly search: "under-way" | "nothing-found";
}

export interface Moving {
  readonly rollout: Rollout;
  readonly event: RolloutEvent;
  readonly context: TransitionContext;
}
