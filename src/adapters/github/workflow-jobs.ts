import {
  type WaveJobs,
  applyStep,
  type JobSight,
} from "../../core/rollout/dispatch/workflow-port.ts";
import { isMissing } from "./error.ts";
import { misshapen, readPages } from "./paginate.ts";
import { createAsk, type Ask, type GithubAccess } from "./client.ts";

/** The jobs of a run, over GitHub's Actions API. */
export function createGithubJobs(access: GithubAccess): WaveJobs {
  const ask = createAsk(access);
  return {
    read: (run) => readJobs(ask, run),
    end: (run) => endRun(ask, run),
  };
}

interface ApiJob {
  readonly name: string;
  readonly status: string;
  readonly run_attempt?: number;
  readonly steps?: readonly {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
  }[];
}

/** Of all attempts: by the newest alone, a job that touched its host would be one that did not. */
async function readJobs(ask: Ask, run: number): Promise<readonly JobSight[]> {
  const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs";
  const jobs = await readPages<ApiJob>("jobs", (page) =>
    ask(route, { run_id: run, filter: "all", ...page }),
  );
  return jobs.map(describeJob);
}

function describeJob({ name, status, run_attempt: attempt = 0, steps = [] }: ApiJob): JobSight {
  if (typeof name !== "string" || typeof status !== "string") throw misshapen("jobs");
  const state = status === "completed" ? "done" : status === "in_progress" ? "working" : "waiting";
  const apply = steps.find((step) => step.name === applyStep);
  const waits = ["queued", "pending", "waiting"].includes(apply?.status ?? "queued");
  const touched = !waits && apply?.conclusion !== "skipped";
  return { name, attempt, state, touched, applied: touched && apply?.conclusion === "success" };
}

/** A run that is over already, or being ended, is refused with 409. */
async function endRun(ask: Ask, run: number): Promise<void> {
  try {
    await ask("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { run_id: run });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
