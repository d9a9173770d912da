import type { Standing } from "./approvals.ts";
import type { EnvironmentRecord } from "./records.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Rollout, RolloutEvent } from "./rollout.ts";

/** What a decision depends on in addition to the rollout, read just before it. */
export interface TransitionContext {
  /** Seconds since 1970. */
  readonly at: number;
  readonly standingOf: (name: string) => Standing;
  /** Whether the default branch still has the planned files, facts and policy. */
  readonly target: "same" | "changed" | "unreadable";
  readonly environment: EnvironmentRecord;
  /** The newest rehearsal of the environment; undefined if there was none. */
  readonly rehearsal: Rehearsal | undefined;
  readonly window: "none" | "freeze-window" | "backup-window";
  /** For `close`: whether HTTPS is verified on every host, and the global settings are recorded. */
  readonly closing: "ready" | "open-not-proven" | "globals-not-set";
  /** Whether the environment that `after` names, if any, is closed. */
  readonly predecessor: "ready" | "not-closed";
  /** For a dispatch whose answer was lost: whether the search for the run lasted long enough. */
  readonly search: "under-way" | "nothing-found";
}

export interface Moving {
  readonly rollout: Rollout;
  readonly event: RolloutEvent;
  readonly context: TransitionContext;
}
