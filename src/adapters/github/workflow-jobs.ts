import {
  type WaveJobs,
  applyStep,
  type JobSight,
} from "../../core/rollout/dispatch/workflow-port.ts";
import { isMissing } from "./error.ts";
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
  readonly steps?: readonly {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
  }[];
}

const pageSize = 100;
/** A matrix has at most 256 jobs. */
const maxPages = 4;

async function readJobs(ask: Ask, run: number): Promise<readonly JobSight[]> {
  const jobs: JobSight[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const query = { run_id: run, per_page: pageSize, page };
    const data = await ask("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", query);
    const some = (data as { readonly jobs: readonly ApiJob[] }).jobs.map(describeJob);
    jobs.push(...some);
    if (some.length < pageSize) break;
  }
  return jobs;
}

function describeJob({ name, status, steps = [] }: ApiJob): JobSight {
  const state = status === "completed" ? "done" : status === "in_progress" ? "working" : "waiting";
  const apply = steps.find((step) => step.name === applyStep);
  const waits = ["queued", "pending", "waiting"].includes(apply?.status ?? "queued");
  return { name, state, touched: !waits && apply?.conclusion !== "skipped" };
}

/** A run that is over already, or being ended, is refused with 409. */
async function endRun(ask: Ask, run: number): Promise<void> {
  try {
    await ask("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { run_id: run });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
