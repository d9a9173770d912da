import type { JobSight } from "./job-sight.ts";
import type { RunInput } from "./run-inputs.ts";
import type { Situation } from "../state/transition-table.ts";
import type { Rollout } from "../state/rollout.ts";

/** GitHub's answer to a dispatch. */
export type DispatchAnswer =
  /** The run is null where the server does not tell. */
  | { readonly kind: "accepted"; readonly run: number | null }
  /** Nothing was started, for sure; the detail says why, and what to do. */
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "unknown" };

export type RunLook =
  | { readonly kind: "under-way" }
  | { readonly kind: "completed" }
  | { readonly kind: "missing" };

/** What was left as a host's artifact; null for one that cannot be read. */
export type RunTexts = ReadonlyMap<string, string | null>;

/** The rollout workflow of the config repo. All but `dispatch` throw HardenError. */
export interface WaveRuns {
  readonly dispatch: (inputs: Readonly<Record<RunInput, string>>) => Promise<DispatchAnswer>;
  /**
   * The run whose name ends with the correlation id, of those since a time in seconds; undefined also
   * where there are two, since nobody knows which one is meant. Only runs of the default branch's
   * workflow count: in another one anybody may say what they want.
   */
  readonly find: (correlation: string, since: number) => Promise<number | undefined>;
  /** Costs nothing while nothing changed. */
  readonly look: (run: number) => Promise<RunLook>;
  /** Reports by host. */
  readonly readReports: (run: number) => Promise<RunTexts>;
}

/** The jobs of a run, one a host. All throw HardenError. */
export interface WaveJobs {
  readonly read: (run: number) => Promise<readonly JobSight[]>;
  /** Ends a run; one that is over stays as it is. */
  readonly end: (run: number) => Promise<void>;
}

/** What holds outside of the ledger; each is read anew when it is asked, and never remembered. */
export interface Surroundings {
  /** With a rollout, also whether its change is a person's own. */
  readonly standings: (
    environment: string,
    rollout: Rollout | undefined,
  ) => Promise<Situation["standingOf"]>;
  readonly target: (rollout: Rollout) => Promise<Situation["target"]>;
  readonly window: (environment: string, at: number) => Situation["window"];
  readonly closing: (rollout: Rollout) => Promise<Situation["closing"]>;
}
