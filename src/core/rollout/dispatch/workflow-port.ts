import type { RunInputs } from "./wave-run.ts";

/** GitHub's answer to a dispatch. */
export type DispatchAnswer =
  /** The run is null where the server does not tell. */
  | { readonly kind: "accepted"; readonly run: number | null }
  /** Nothing was started, for sure; the detail says why, and what to do. */
  | {
      readonly kind: "refused";
      readonly detail: string;
      /** The workflow has no input of one of the names. */
      readonly lacksInput?: boolean;
    }
  | { readonly kind: "unknown" };

export type RunStatus =
  | { readonly kind: "under-way" }
  | { readonly kind: "completed" }
  | { readonly kind: "missing" };

/** The text of an artifact; null for one that cannot be read. */
export type RunText = string | null | { readonly kind: "several" };

/** What was left in the name of each host; several where it was more than one artifact. */
export type ReportTexts = ReadonlyMap<string, RunText>;

/** The rollout workflow of the config repo. All but `dispatch` throw HardenError. */
export interface WaveRuns {
  readonly dispatch: (inputs: RunInputs) => Promise<DispatchAnswer>;
  /**
   * The run whose name ends with the correlation id, of those since a time in seconds; undefined also
   * where there are two, since nobody knows which one is meant. Only runs of the default branch's
   * workflow count: in another one anybody may say what they want.
   */
  readonly find: (correlation: string, sinceSeconds: number) => Promise<number | undefined>;
  /** Costs nothing while nothing changed. */
  readonly look: (run: number) => Promise<RunStatus>;
  /** Reports by host. */
  readonly readReports: (run: number) => Promise<ReportTexts>;
}

/** The jobs of a run, one a host. All throw HardenError. */
export interface WaveJobs {
  readonly read: (run: number) => Promise<readonly JobSight[]>;
  /** Ends a run; one that is over stays as it is. */
  readonly end: (run: number) => Promise<void>;
}

/** A job of a run, as GitHub shows it. */
export interface JobSight {
  readonly name: string;
  /** Of the run, counted from 1; 0 where GitHub does not tell. */
  readonly attempt: number;
  readonly state: "waiting" | "working" | "done";
  /** True if it came to the step that applies, so that the host may have been touched. */
  readonly touched: boolean;
  /** True if that step ended with success. */
  readonly applied: boolean;
  /** What became of the step that only asks the host; none: the job did not come to it. */
  readonly rehearsal: "none" | "failed" | "passed";
}

/** The step of the workflow's host jobs that touches the host. */
export const applyStep = "Apply";

/** The step of the same jobs that asks the host in a rehearsal, and changes nothing there. */
export const rehearseStep = "Rehearse";

/** The attempt of a run that counts: gate, jobs and judge refuse a run that is started again. */
export const onlyAttempt = 1;

/** True only if no job of that name can have touched its host. */
export function isUntouched(jobs: readonly JobSight[], host: string): boolean {
  return jobs.every(({ name, touched }) => name !== host || !touched);
}

/** Whether the one job of that name that came to the step that applies ended it with success. */
export function hasApplied(jobs: readonly JobSight[], host: string): boolean {
  const own = jobs.filter(
    ({ name, attempt, touched }) => name === host && attempt === onlyAttempt && touched,
  );
  return own.length === 1 && own.every(({ applied }) => applied);
}

/** What became of the rehearsal in the one job of that name that came to it; failed where several did. */
export function sightRehearsal(jobs: readonly JobSight[], host: string): JobSight["rehearsal"] {
  const own = jobs.filter(({ name, rehearsal }) => name === host && rehearsal !== "none");
  const [only] = own;
  if (only === undefined) return "none";
  return own.length === 1 && only.attempt === onlyAttempt ? only.rehearsal : "failed";
}

/** True where hosts wait for their runners, and none is at work that ending the run would disturb. */
export function isStuck(jobs: readonly JobSight[]): boolean {
  const states = new Set(jobs.map(({ state }) => state));
  return states.has("waiting") && !states.has("working");
}
