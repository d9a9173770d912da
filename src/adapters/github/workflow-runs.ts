import { HardenError } from "../../core/base/errors.ts";
import { artifactPrefix } from "../../core/rollout/dispatch/collect-reports.ts";
import type {
  DispatchAnswer,
  RunStatus,
  RunText,
  ReportTexts,
  WaveRuns,
} from "../../core/rollout/dispatch/workflow-port.ts";
import { readEach } from "../at-once.ts";
import { GithubError, hasReason, isMissing, isRefused } from "./error.ts";
import type { GithubClient } from "./client.ts";
import type { Listed } from "./routes.ts";
import { listArtifacts, readArtifact, type ReadZipped } from "./artifacts.ts";
import { isAncestor } from "./branch-heads.ts";

export interface RunsOptions {
  /** Name of the file in .github/workflows. */
  readonly workflow: string;
  /** The branch of the workflow file; GitHub does not accept a commit. */
  readonly branch: string;
  readonly readZipped: ReadZipped;
}

const maxReportBytes = 256 * 1024;
/** GitHub returns at most 1000 runs for a filter. */
const maxPages = 10;

/** The runs of the rollout workflow, over GitHub's Actions API. */
export function createGithubRuns(client: GithubClient, options: RunsOptions): WaveRuns {
  return {
    dispatch: createDispatch(client, options),
    find: (correlation, sinceSeconds) => findRun(client, options, { correlation, sinceSeconds }),
    look: (run) => look(client, run),
    readReports: (run) => readReports(client, run, options),
  };
}

function createDispatch(
  { request }: GithubClient,
  { workflow, branch }: RunsOptions,
): WaveRuns["dispatch"] {
  // An old GitHub Enterprise Server cannot return the run id, and refuses the unknown parameter.
  let namesRuns = true;
  return async (inputs) => {
    const send = async (): Promise<DispatchAnswer> => {
      const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
      const details = namesRuns ? { return_run_details: true } : {};
      const data = await request(route, { workflow_id: workflow, ref: branch, inputs, ...details });
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

/** GitHub refuses a dispatch with an input that the branch's workflow does not have. */
function lacksInput(error: HardenError): boolean {
  return (
    isRefused(error) &&
    error instanceof GithubError &&
    error.said.some((text) => text.startsWith("Unexpected inputs"))
  );
}

/** Refused only if GitHub says so: otherwise a run may have started. */
export function readRefusal(error: unknown): DispatchAnswer {
  if (!(error instanceof HardenError)) throw error;
  if (hasReason(error, "no-answer", "trouble", "rate-limited")) return { kind: "unknown" };
  const detail = `${error.message}. ${error.next}`;
  return { kind: "refused", detail, ...(lacksInput(error) ? { lacksInput: true } : {}) };
}

function readRunId(data: unknown): number | null {
  const id = (data as { readonly workflow_run_id?: unknown } | undefined)?.workflow_run_id;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

const listRoute = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";

type ApiRun = Listed<typeof listRoute>;

async function findRun(
  client: GithubClient,
  { workflow, branch }: RunsOptions,
  { correlation, sinceSeconds }: { readonly correlation: string; readonly sinceSeconds: number },
): Promise<number | undefined> {
  const created = `>=${new Date(sinceSeconds * 1000).toISOString().slice(0, 19)}Z`;
  const asked = { workflow_id: workflow, event: "workflow_dispatch", branch, created };
  const { items } = await client.list(listRoute, asked, maxPages);
  const found: number[] = [];
  for (const run of items) {
    const isNamed = run.display_title?.endsWith(`, ${correlation}`) === true;
    const isOurs = isNamed && isOfWorkflow(run, workflow, branch);
    if (isOurs && (await isAncestor(client, run.head_sha, branch))) found.push(run.id);
  }
  return found.length === 1 ? found[0] : undefined;
}

function isOfWorkflow({ event, path, head_branch }: ApiRun, workflow: string, branch: string) {
  // Some servers append `@` and the ref.
  const [file] = path.split("@");
  const isFile = file === `.github/workflows/${workflow}`;
  return isFile && event === "workflow_dispatch" && head_branch === branch;
}

async function look({ request, conditional }: GithubClient, run: number): Promise<RunStatus> {
  try {
    const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
    const { status } = await conditional(route, { run_id: run });
    return { kind: status === "completed" ? "completed" : "under-way" };
  } catch (error) {
    if (!isMissing(error)) throw error;
    // GitHub gives the same answer if the token cannot see the repository; then this throws.
    await request("GET /repos/{owner}/{repo}", {});
    return { kind: "missing" };
  }
}

async function readReports(
  client: GithubClient,
  run: number,
  { readZipped }: RunsOptions,
): Promise<ReportTexts> {
  const listed = await listArtifacts(client, run);
  const own = [...listed].filter(([name]) => name.startsWith(artifactPrefix));
  const artifacts = own.flatMap(([, one]) => one ?? []);
  const read = await readEach(artifacts, (one) => {
    const file = { name: `${one.name}.json`, most: maxReportBytes };
    return readArtifact(client, one, file, readZipped);
  });
  const texts = new Map<string, RunText>(
    own.map(([name]) => [name.slice(artifactPrefix.length), { kind: "several" }]),
  );
  artifacts.forEach(({ name }, index) => {
    texts.set(name.slice(artifactPrefix.length), read[index] ?? null);
  });
  return texts;
}
