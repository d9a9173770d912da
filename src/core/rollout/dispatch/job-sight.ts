/** A job of a run, as GitHub shows it. */
export interface JobSight {
  readonly name: string;
  readonly state: "waiting" | "working" | "done";
  /** True if it came to the step that applies, so that the host may have been touched. */
  readonly touched: boolean;
}

/** The step of the workflow's host jobs that touches the host. */
export const applyStep = "Apply";

/** True only if no job of that name can have touched its host. */
export function isUntouched(jobs: readonly JobSight[], host: string): boolean {
  return jobs.every(({ name, touched }) => name !== host || !touched);
}

/** True where hosts wait for their runners, and none is at work that ending the run would disturb. */
export function isStuck(jobs: readonly JobSight[]): boolean {
  const states = new Set(jobs.map(({ state }) => state));
  return states.has("waiting") && !states.has("working");
}
