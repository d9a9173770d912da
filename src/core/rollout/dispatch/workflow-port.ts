import type { RunInputs } from "./wave-run.ts";

/** GitHub's answer to a dispatch. */
export type DispatchAnswer =
  /** The run is null if GitHub does not return its id. */
  | { readonly kind: "accepted"; readonly run: number | null }
  /** Nothing was started; the detail says why, and what to do. */
  | {
      readonly kind: "refused";
      readonly detail: string;
      /** The workflow lacks one of the inputs. */
      readonly lacksInput?: boolean;
    }
  | { readonly kind: "unknown" };

export type RunStatus =
  | { readonly kind: "under-way" }
  | { readonly kind: "completed" }
  | { readonly kind: "missing" };

/** The text of an artifact; null if it cannot be read. */
export type RunText = string | null | { readonly kind: "several" };

/** Artifacts by host name; `several` if there is more than one with that name. */
export type ReportTexts = ReadonlyMap<string, RunText>;

/** The rollout workflow of the config repo. All methods except `dispatch` throw HardenError. */
export interface WaveRuns {
  readonly dispatch: (inputs: RunInputs) => Promise<DispatchAnswer>;
  /**
   * The run whose name ends with the correlation id, since a time in seconds; undefined also if
   * there are two, because either could be meant. Only runs of the workflow on the default branch
   * count: on other branches anyone can change the workflow.
   */
  readonly find: (correlation: string, sinceSeconds: number) => Promise<number | undefined>;
  /** Free if nothing changed. */
  readonly look: (run: number) => Promise<RunStatus>;
  /** Reports by host. */
  readonly readReports: (run: number) => Promise<ReportTexts>;
}

/** The jobs of a run, one per host. All methods throw HardenError. */
export interface WaveJobs {
  readonly read: (run: number) => Promise<readonly JobSight[]>;
  /** Ends a run; does nothing if it has ended. */
  readonly end: (run: number) => Promise<void>;
}

/** A job of a run, as GitHub shows it. */
export interface JobSight {
  readonly name: string;
  /** Attempt of the run, counted from 1; 0 if GitHub does not return it. */
  readonly attempt: number;
  readonly state: "waiting" | "working" | "done";
  /** True if the job reached the step that applies, so the host may have been changed. */
  readonly touched: boolean;
  /** True if that step succeeded. */
  readonly applied: boolean;
  /** Result of the step that only asks the host; none: the job did not reach it. */
  readonly rehearsal: "none" | "failed" | "passed";
}

/** The step of the workflow's host jobs that changes the host. */
export const applyStep = "Apply";

/** The step of the same jobs that only asks the host in a rehearsal. */
export const rehearseStep = "Rehearse";

/**
 * The only attempt of a run that counts: gate, jobs and evaluation refuse a run that is started
 * again.
 */
export const onlyAttempt = 1;

/** True only if no job of that name can have changed its host. */
export function isUntouched(jobs: readonly JobSight[], host: string): boolean {
  return jobs.every(({ name, touched }) => name !== host || !touched);
}

/** Whether exactly one job of that name reached the step that applies, and the step succeeded. */
export function hasApplied(jobs: readonly JobSight[], host: string): boolean {
  const own = jobs.filter(
    ({ name, attempt, touched }) => name === host && attempt === onlyAttempt && touched,
  );
  return own.length === 1 && own.every(({ applied }) => applied);
}

/**
 * Result of the rehearsal step in the only job of that name that reached it; failed if several did.
 */
export function sightRehearsal(jobs: readonly JobSight[], host: string): JobSight["rehearsal"] {
  const own = jobs.filter(({ name, rehearsal }) => name === host && rehearsal !== "none");
  const [only] = own;
  if (only === undefined) return "none";
  return own.length === 1 && only.attempt === onlyAttempt ? only.rehearsal : "failed";
}

/**
 * True if hosts wait for their runners, and no active job would be interrupted by ending the run.
 */
export function isStuck(jobs: readonly JobSight[]): boolean {
  const states = new Set(jobs.map(({ state }) => state));
  return states.has("waiting") && !states.has("working");
}
