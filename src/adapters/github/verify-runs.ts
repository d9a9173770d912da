import type { VerifyRun, VerifyRuns } from "../../core/rollout/controller/record-verify.ts";
import { listArtifacts, readArtifact, type ReadZipped } from "./artifacts.ts";
import { isOnBranch } from "./paginate.ts";
import { isMissing } from "./error.ts";
import { createAsk, createAskAgain, type Ask, type GithubAccess } from "./client.ts";

export interface VerifyOptions {
  /** Name of the file in .github/workflows. */
  readonly workflow: string;
  readonly branch: string;
  readonly readZipped: ReadZipped;
}

/** As the workflow of the example names them. */
const artifactName = "sesam-harden-verify";
const reportFile = "verify.json";
/** A report of 1,000 hosts with ten findings each has about 4 MB. */
const maxReportBytes = 64 * 1024 * 1024;
/** More runs than these without a report are no accident. */
const newestRuns = 10;

interface ApiVerifyRun {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly updated_at: string;
}

/** The runs of the verify workflow on the default branch, over GitHub's Actions API. */
export function createGithubVerify(access: GithubAccess, options: VerifyOptions): VerifyRuns {
  const ask = createAsk(access);
  const listRuns = createRunList(access, options);
  return {
    newest: async (after) => {
      for (const run of await listRuns()) {
        if (run.id <= after) return undefined;
        const read = await readRun(ask, run, options);
        if (read !== undefined) return read;
      }
      return undefined;
    },
  };
}

/** Newest first; remembered, so that asking again costs nothing. */
function createRunList(
  access: GithubAccess,
  { workflow, branch }: VerifyOptions,
): () => Promise<readonly ApiVerifyRun[]> {
  const askAgain = createAskAgain(access);
  let etag: string | undefined;
  let known: readonly ApiVerifyRun[] = [];
  return async () => {
    const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
    const asked = { workflow_id: workflow, branch, status: "completed", per_page: newestRuns };
    try {
      const answer = await askAgain(route, asked, etag);
      if (answer.kind === "same") return known;
      const { workflow_runs: runs } = answer.data as { workflow_runs: readonly ApiVerifyRun[] };
      known = runs.filter(isOf(workflow)).toSorted((left, right) => right.id - left.id);
      ({ etag } = answer);
      return known;
    } catch (error) {
      // A config repo may have no such workflow.
      if (isMissing(error)) return [];
      throw error;
    }
  };
}

/** A pull request may change the workflow; what it says of the fleet counts for nothing. */
function isOf(workflow: string): (run: ApiVerifyRun) => boolean {
  return ({ event, path }) =>
    ["schedule", "workflow_dispatch"].includes(event) &&
    path.split("@")[0] === `.github/workflows/${workflow}`;
}

async function readRun(
  ask: Ask,
  { id, head_sha: commit, updated_at: updated }: ApiVerifyRun,
  { branch, readZipped }: VerifyOptions,
): Promise<VerifyRun | undefined> {
  const artifact = (await listArtifacts(ask, id)).get(artifactName) ?? undefined;
  if (artifact === undefined || !(await isOnBranch(ask, commit, branch))) return undefined;
  const file = { name: reportFile, most: maxReportBytes };
  const text = await readArtifact(ask, artifact, file, readZipped);
  if (text === null) return undefined;
  return { run: id, at: Math.floor(Date.parse(updated) / 1000), text };
}
