import {
  type WaveJobs,
  applyStep,
  rehearseStep,
  type JobSight,
} from "../../core/rollout/dispatch/workflow-port.ts";
import { isMissing, misshapen } from "./error.ts";
import type { GithubClient } from "./client.ts";
import type { Listed } from "./routes.ts";

/** The jobs of a run, over GitHub's Actions API. */
export function createGithubJobs(client: GithubClient): WaveJobs {
  return {
    read: (run) => readJobs(client, run),
    end: (run) => endRun(client, run),
  };
}

const listRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs";

/** A matrix has at most 256 jobs, and can be rerun. */
const maxPages = 10;

/** Reads all attempts: in the newest one, a job that changed its host may look as if it did not. */
async function readJobs({ list }: GithubClient, run: number): Promise<readonly JobSight[]> {
  const { items } = await list(listRoute, { run_id: run, filter: "all" }, maxPages);
  return items.map(describeJob);
}

function describeJob(job: Listed<typeof listRoute>): JobSight {
  if (typeof job?.name !== "string" || typeof job.status !== "string") throw misshapen("jobs");
  const { name, status, run_attempt: attempt = 0, steps = [] } = job;
  const state = status === "completed" ? "done" : status === "in_progress" ? "working" : "waiting";
  const apply = steps.find((step) => step.name === applyStep);
  const touched = !isWaiting(apply?.status ?? "queued") && apply?.conclusion !== "skipped";
  const applied = touched && apply?.conclusion === "success";
  return { name, attempt, state, touched, applied, rehearsal: describeRehearsal(steps) };
}

type ApiSteps = NonNullable<Listed<typeof listRoute>["steps"]>;

function describeRehearsal(steps: ApiSteps): JobSight["rehearsal"] {
  const step = steps.find(({ name }) => name === rehearseStep);
  if (step === undefined || step.conclusion === "skipped" || isWaiting(step.status)) return "none";
  return step.conclusion === "success" ? "passed" : "failed";
}

function isWaiting(status: string): boolean {
  return ["queued", "pending", "waiting"].includes(status);
}

/** GitHub answers 409 if a run is already over or being cancelled. */
async function endRun({ request }: GithubClient, run: number): Promise<void> {
  try {
    await request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { run_id: run });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
