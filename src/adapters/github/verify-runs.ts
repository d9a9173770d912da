import type {
  VerifyRun,
  VerifyRuns,
  VerifyStart,
} from "../../core/rollout/controller/record-verify.ts";
import { HardenError } from "../../core/base/errors.ts";
import { readVerifyReport } from "../../core/verify/parse-report.ts";
import { listArtifacts, readArtifact, type ReadZipped } from "./artifacts.ts";
import { isMissing } from "./error.ts";
import type { GithubClient } from "./client.ts";
import type { Answered } from "./routes.ts";
import { createGithubJobs } from "./workflow-jobs.ts";
import { readRefusal } from "./workflow-runs.ts";
import type { DispatchAnswer } from "../../core/rollout/dispatch/workflow-port.ts";
import { isAncestor } from "./branch-heads.ts";

export interface VerifyOptions {
  /** Name of the file in .github/workflows. */
  readonly workflow: string;
  readonly branch: string;
  readonly readZipped: ReadZipped;
  readonly nowSeconds: () => number;
}

/** Names in the example workflow. */
const artifactName = "sesam-harden-verify";
const reportFile = "verify.json";
/** A report of 1,000 hosts with ten findings each has about 4 MB. */
const maxReportBytes = 64 * 1024 * 1024;
/** Prefix of the artifact of a Server; its job in the example is called `globals HOST`. */
const globalsPrefix = "sesam-harden-globals-";
const globalsFile = "globals.json";
const maxGlobalsBytes = 16 * 1024;
/** Maximum number of runs without a report; more are not a coincidence. */
const newestRuns = 10;

const listRoute = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";

type ApiRun = Answered<typeof listRoute>["workflow_runs"][number];

/** How long GitHub may take to list a run that it accepted, in seconds. */
const listedAfterSeconds = 60;

/** How long GitHub may take to list the artifacts of a run that has ended, in seconds. */
const settledAfterSeconds = 600;
const mostUseless = 100;

/** The runs of the verify workflow on the default branch, over GitHub's Actions API. */
export function createGithubVerify(client: GithubClient, options: VerifyOptions): VerifyRuns {
  /** Ended runs without a readable report: asked for again in each round, they cost requests. */
  const useless = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  let started: { readonly sinceSeconds: number; readonly untilSeconds: number } | undefined;
  const start = async (sinceSeconds: number): Promise<VerifyStart> => {
    const { workflow, branch: ref, nowSeconds } = options;
    if (
      started !== undefined &&
      sinceSeconds <= started.sinceSeconds &&
      nowSeconds() < started.untilSeconds
    ) {
      return { kind: "under-way", url: null };
    }
    let open: ApiRun | undefined;
    try {
      const runs = await listRuns(client, options, undefined);
      open = runs.find(
        ({ status, created_at: at }) => status !== "completed" && toSeconds(at) >= sinceSeconds,
      );
    } catch (error) {
      if (!(error instanceof HardenError)) throw error;
      // Nothing was sent, so no run can have started.
      return { kind: "refused", detail: `${error.message}. ${error.next}` };
    }
    if (open !== undefined) return { kind: "under-way", url: open.html_url };
    const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
    let answer: DispatchAnswer = { kind: "accepted", run: null };
    try {
      await client.request(route, { workflow_id: workflow, ref });
    } catch (error) {
      answer = readRefusal(error);
    }
    if (answer.kind !== "refused")
      started = { sinceSeconds, untilSeconds: nowSeconds() + listedAfterSeconds };
    return answer;
  };
  return {
    newest: async (after) => {
      for (const run of await listRuns(client, options, "completed")) {
        if (run.id <= after) return undefined;
        const attempt = `${run.id} ${run.updated_at}`;
        if (useless.has(attempt)) continue;
        const read = await readRun(client, run, options);
        if (read !== undefined) return read;
        const ageSeconds = options.nowSeconds() - toSeconds(run.updated_at);
        if (useless.size >= mostUseless) useless.clear();
        if (ageSeconds >= settledAfterSeconds) useless.add(attempt);
      }
      return undefined;
    },
    readGlobals: (run, hosts) =>
      readGlobals(client, run, { hosts, readZipped: options.readZipped }),
    start: (sinceSeconds) => {
      // One after the other, so that of two clicks at once one finds the other's run.
      const turn = queue.then(() => start(sinceSeconds));
      queue = turn.catch(() => {});
      return turn;
    },
  };
}

/** Newest first; of any status if it is undefined. */
async function listRuns(
  { conditional }: GithubClient,
  { workflow, branch }: VerifyOptions,
  status: "completed" | undefined,
): Promise<readonly ApiRun[]> {
  const asked = {
    workflow_id: workflow,
    branch,
    ...(status === undefined ? {} : { status }),
    per_page: newestRuns,
  } as const;
  try {
    const { workflow_runs: runs } = await conditional(listRoute, asked);
    return runs.filter(isOf(workflow)).toSorted((left, right) => right.id - left.id);
  } catch (error) {
    // A config repo may not have this workflow.
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A pull request can change the workflow, so its runs do not count. */
function isOf(workflow: string): (run: ApiRun) => boolean {
  return ({ event, path }) =>
    ["schedule", "workflow_dispatch"].includes(event) &&
    path.split("@")[0] === `.github/workflows/${workflow}`;
}

async function readRun(
  client: GithubClient,
  { id, head_sha: commit, created_at: created, updated_at: updated, html_url: url }: ApiRun,
  { branch, readZipped }: VerifyOptions,
): Promise<VerifyRun | undefined> {
  const artifact = (await listArtifacts(client, id)).get(artifactName) ?? undefined;
  if (artifact === undefined || !(await isAncestor(client, commit, branch))) return undefined;
  const file = { name: reportFile, most: maxReportBytes };
  const text = await readArtifact(client, artifact, file, readZipped);
  if (text === null || readVerifyReport(text) === undefined) return undefined;
  return { run: id, at: toSeconds(updated), startedAt: toSeconds(created), commit, url, text };
}

async function readGlobals(
  client: GithubClient,
  run: number,
  { hosts, readZipped }: { readonly hosts: readonly string[]; readonly readZipped: ReadZipped },
): Promise<ReadonlyMap<string, string | null>> {
  const artifacts = await listArtifacts(client, run);
  const left = hosts.flatMap((host) => {
    const artifact = artifacts.get(`${globalsPrefix}${host}`);
    return artifact === undefined ? [] : [{ host, artifact }];
  });
  if (left.length === 0) return new Map();
  const jobs = new Set((await createGithubJobs(client).read(run)).map(({ name }) => name));
  const texts = new Map<string, string | null>();
  for (const { host, artifact } of left) {
    if (!jobs.has(`globals ${host}`)) continue;
    const file = { name: globalsFile, most: maxGlobalsBytes };
    const text = artifact && (await readArtifact(client, artifact, file, readZipped));
    texts.set(host, text);
  }
  return texts;
}

function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
