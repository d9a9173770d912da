import { HardenError } from "../../core/base/errors.ts";
import { artifactPrefix } from "../../core/rollout/dispatch/collect-reports.ts";
import type {
  DispatchAnswer,
  RunStatus,
  RunText,
  ReportTexts,
  WaveRuns,
} from "../../core/rollout/dispatch/workflow-port.ts";
import { GithubError, hasReason, isMissing, isRefused } from "./error.ts";
import { createAsk, createAskAgain, type Ask, type AskAgain, type GithubAccess } from "./client.ts";
import { listArtifacts, readArtifact, type ReadZipped } from "./artifacts.ts";
import { isOnBranch, readPages } from "./paginate.ts";

export interface RunsOptions {
  /** Name of the file in .github/workflows. */
  readonly workflow: string;
  /** The branch that it is taken from; GitHub takes no commit. */
  readonly branch: string;
  readonly readZipped: ReadZipped;
}

const maxReportBytes = 256 * 1024;
const downloadsAtOnce = 6;

/** The runs of the rollout workflow, over GitHub's Actions API. */
export function createGithubRuns(access: GithubAccess, options: RunsOptions): WaveRuns {
  const ask = createAsk(access);
  return {
    dispatch: createDispatch(ask, options),
    find: (correlation, since) => findRun(ask, options, { correlation, since }),
    look: createLook(createAskAgain(access), ask),
    readReports: (run) => readReports(ask, run, options),
  };
}

function createDispatch(ask: Ask, { workflow, branch }: RunsOptions): WaveRuns["dispatch"] {
  // GitHub Enterprise Server may be too old to name the run, and refuses what it does not know.
  let namesRuns = true;
  return async (inputs) => {
    const send = async (): Promise<DispatchAnswer> => {
      const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
      const details = namesRuns ? { return_run_details: true } : {};
      const data = await ask(route, { workflow_id: workflow, ref: branch, inputs, ...details });
      return { kind: "accepted", run: readRunId(data) };
    };
    try {
      return await send();
    } catch (error) {
      if (!namesRuns || !isUnknownProperty(error)) return readRefusal(error);
      namesRuns = false;
    }
    try {
      return await send();
    } catch (error) {
      return readRefusal(error);
    }
  };
}

function isUnknownProperty(error: unknown): boolean {
  return (
    isRefused(error) &&
    error instanceof GithubError &&
    error.said.some((text) => text.includes("return_run_details"))
  );
}

/** Refused only where GitHub says so: all else may have started a run. */
function readRefusal(error: unknown): DispatchAnswer {
  if (!(error instanceof HardenError)) throw error;
  if (hasReason(error, "no-answer", "trouble", "rate-limited")) return { kind: "unknown" };
  return { kind: "refused", detail: `${error.message}. ${error.next}` };
}

function readRunId(data: unknown): number | null {
  const id = (data as { readonly workflow_run_id?: unknown } | undefined)?.workflow_run_id;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

export interface ApiRun {
  readonly id: number;
  /** The run's name, if the workflow gives one. */
  readonly display_title?: string;
  readonly status: string | null;
  readonly event: string;
  /** Of the workflow's file; some servers put `@` and the ref behind it. */
  readonly path: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
}

async function findRun(
  ask: Ask,
  { workflow, branch }: RunsOptions,
  { correlation, since }: { readonly correlation: string; readonly since: number },
): Promise<number | undefined> {
  const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
  const created = `>=${new Date(since * 1000).toISOString().slice(0, 19)}Z`;
  const runs = await readPages<ApiRun>("workflow_runs", (page) =>
    ask(route, { workflow_id: workflow, event: "workflow_dispatch", branch, created, ...page }),
  );
  const found: number[] = [];
  for (const run of runs) {
    const isNamed = run.display_title?.endsWith(`, ${correlation}`) === true;
    const isOurs = isNamed && isOfWorkflow(run, workflow, branch);
    if (isOurs && (await isOnBranch(ask, run.head_sha, branch))) found.push(run.id);
  }
  return found.length === 1 ? found[0] : undefined;
}

function isOfWorkflow({ event, path, head_branch }: ApiRun, workflow: string, branch: string) {
  const [file] = path.split("@");
  const isFile = file === `.github/workflows/${workflow}`;
  return isFile && event === "workflow_dispatch" && head_branch === branch;
}

/** Remembers what was said of the runs that are at work, so that asking again costs nothing. */
function createLook(askAgain: AskAgain, ask: Ask): WaveRuns["look"] {
  const etags = new Map<number, string | undefined>();
  return async (run): Promise<RunStatus> => {
    try {
      const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
      const answer = await askAgain(route, { run_id: run }, etags.get(run));
      if (answer.kind === "same") return { kind: "under-way" };
      if ((answer.data as ApiRun).status !== "completed") {
        etags.set(run, answer.etag);
        return { kind: "under-way" };
      }
      etags.delete(run);
      return { kind: "completed" };
    } catch (error) {
      if (!isMissing(error)) throw error;
      // GitHub answers alike where the token may not see the repository: this throws then.
      await ask("GET /repos/{owner}/{repo}", {});
      return { kind: "missing" };
    }
  };
}

async function readReports(
  ask: Ask,
  run: number,
  { readZipped }: RunsOptions,
): Promise<ReportTexts> {
  const listed = await listArtifacts(ask, run);
  const own = [...listed].filter(([name]) => name.startsWith(artifactPrefix));
  const artifacts = own.flatMap(([, one]) => one ?? []);
  const texts = new Map<string, RunText>(
    own.map(([name]) => [name.slice(artifactPrefix.length), { kind: "several" }]),
  );
  for (let first = 0; first < artifacts.length; first += downloadsAtOnce) {
    const some = artifacts.slice(first, first + downloadsAtOnce);
    const read = await Promise.all(
      some.map((one) => {
        const file = { name: `${one.name}.json`, most: maxReportBytes };
        return readArtifact(ask, one, file, readZipped);
      }),
    );
    some.forEach(({ name }, index) => {
      texts.set(name.slice(artifactPrefix.length), read[index] ?? null);
    });
  }
  return texts;
}
