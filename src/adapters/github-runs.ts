import { HardenError } from "../core/harden-error.ts";
import { decodeBytes } from "../core/text.ts";
import { artifactPrefix } from "../usecases/collect-reports.ts";
import type { DispatchAnswer, RunLook, RunTexts, WaveRuns } from "../usecases/wave-ports.ts";
import {
  createAsk,
  createAskAgain,
  isMissing,
  isUnknown,
  type Ask,
  type AskAgain,
  type GithubAccess,
} from "./github-request.ts";

export interface RunsOptions {
  /** Name of the file in .github/workflows. */
  readonly workflow: string;
  /** The branch that it is taken from; GitHub takes no commit. */
  readonly branch: string;
  /** The bytes of one file of a ZIP archive, if there are not more than that. */
  readonly readZipped: (archive: Uint8Array, name: string, most: number) => string | undefined;
}

const mostReportBytes = 256 * 1024;
const pageSize = 100;
/** GitHub lists no more than 1000 runs by a filter; a wave has at most 256 hosts. */
const mostPages = 10;
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
  return error instanceof HardenError && /: 422, .*return_run_details/s.test(error.message);
}

/** Refused only where GitHub says so: all else may have started a run. */
function readRefusal(error: unknown): DispatchAnswer {
  if (!(error instanceof HardenError)) throw error;
  const isLimit = error.message.endsWith(": too many requests");
  if (isUnknown(error) || isLimit) return { kind: "unknown" };
  return { kind: "refused", detail: error.message };
}

function readRunId(data: unknown): number | null {
  const id = (data as { readonly workflow_run_id?: unknown } | undefined)?.workflow_run_id;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

interface ApiRun {
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

/** A tag may bear the branch's name, and hold another workflow. */
async function isOnBranch(ask: Ask, commit: string, branch: string): Promise<boolean> {
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const data = await ask(route, { basehead: `${commit}...${branch}`, per_page: 1 });
    return ["ahead", "identical"].includes((data as { readonly status: string }).status);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function readPages<Item>(
  key: string,
  ask: (page: { readonly per_page: number; readonly page: number }) => Promise<unknown>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const data = await ask({ per_page: pageSize, page });
    const some = (data as Readonly<Record<string, readonly Item[]>>)[key] ?? [];
    items.push(...some);
    if (some.length < pageSize) break;
  }
  return items;
}

/** Remembers what was said of the runs that are at work, so that asking again costs nothing. */
function createLook(askAgain: AskAgain, ask: Ask): WaveRuns["look"] {
  const etags = new Map<number, string | undefined>();
  return async (run): Promise<RunLook> => {
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

interface ApiArtifact {
  readonly id: number;
  readonly name: string;
  readonly size_in_bytes: number;
  readonly expired: boolean;
}

async function readReports(ask: Ask, run: number, options: RunsOptions): Promise<RunTexts> {
  const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";
  const listed = await readPages<ApiArtifact>("artifacts", (page) =>
    ask(route, { run_id: run, ...page }),
  );
  // The first of a name: a run that was started again adds nothing that counts.
  const oldest = listed.toSorted((left, right) => right.id - left.id);
  const own = oldest.filter(({ name }) => name.startsWith(artifactPrefix));
  const artifacts = [...new Map(own.map((one) => [one.name, one])).values()];
  const texts = new Map<string, string | null>();
  for (let first = 0; first < artifacts.length; first += downloadsAtOnce) {
    const some = artifacts.slice(first, first + downloadsAtOnce);
    const read = await Promise.all(some.map((one) => readReport(ask, one, options)));
    some.forEach(({ name }, index) => {
      texts.set(name.slice(artifactPrefix.length), read[index] ?? null);
    });
  }
  return texts;
}

/** Null for what cannot be a report, or is gone. */
async function readReport(
  ask: Ask,
  { id, name, size_in_bytes: size, expired }: ApiArtifact,
  { readZipped }: RunsOptions,
): Promise<string | null> {
  if (expired || size > mostReportBytes) return null;
  const route = "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}";
  const data = await askUnlessGone(() => ask(route, { artifact_id: id, archive_format: "zip" }));
  if (!(data instanceof ArrayBuffer)) return null;
  const bytes = readZipped(new Uint8Array(data), `${name}.json`, mostReportBytes);
  return bytes === undefined ? null : decodeBytes(bytes);
}

/** It may expire, or be deleted, after it was listed. */
async function askUnlessGone(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    const isGone = error instanceof HardenError && error.message.includes(": 410, ");
    if (isGone || isMissing(error)) return undefined;
    throw error;
  }
}
