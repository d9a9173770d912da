import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hashSha1 } from "../../../../src/adapters/runtime/crypto.ts";
import { createAnswerCheck, findProblem, readOperations } from "./github-description.ts";
import { linkNext, linkTo } from "./github-peer.ts";

export interface PeerRun {
  readonly id: number;
  readonly display_title: string;
  readonly event: string;
  readonly created_at: string;
  readonly path: string;
  readonly head_branch: string;
  readonly head_sha: string;
  status: string;
  /** As they were dispatched. */
  readonly inputs: Readonly<Record<string, string>>;
  artifacts: readonly PeerArtifact[];
  jobs: readonly PeerJob[];
}

export interface PeerJob {
  readonly name: string;
  readonly status: string;
  /** Default: the first. */
  readonly run_attempt?: number;
  readonly steps?: readonly {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
  }[];
}

export interface PeerArtifact {
  readonly id: number;
  readonly name: string;
  readonly archive: Buffer;
  readonly expired?: boolean;
}

/** How the next dispatch is answered: with the run, without, by a status, or not at all. */
export type DispatchMode =
  | "details"
  | "plain"
  | "old"
  | "reset"
  | "made"
  | number
  | { readonly status: number; readonly message: string };

/**
 * Fakes GitHub's workflow runs, artifacts and their ETags, which emulate does not have. Checks
 * each request, and each answer of its own, against GitHub's description. `old` is a GitHub
 * Enterprise Server that does not know return_run_details.
 */
export interface ActionsPeer {
  readonly url: string;
  readonly runs: PeerRun[];
  readonly modes: DispatchMode[];
  /** Requests that GitHub's description does not allow. */
  readonly problems: string[];
  readonly requests: string[];
  /** Number of answers "not modified". */
  readonly unchanged: () => number;
  /** States of workflows that are not `active`, by file; `missing` if there is none. */
  readonly states: Map<string, string>;
  /** Inputs that the workflow of the branch does not have. */
  readonly unknownInputs: Set<string>;
  /** Variables that the token may read; it may not read others. */
  readonly variables: Map<string, string>;
  /** Whether the token may see the repository. */
  readonly hide: () => void;
  /** Head commits of the default branch, for their runs. */
  readonly heads: Set<string>;
  /** Starts a run in another person's name. */
  readonly start: (change?: Partial<PeerRun>) => PeerRun;
  readonly close: () => void;
}

/** The newest commit of the default branch. */
export const headCommit = "c".repeat(40);

type Answer = readonly [
  status: number,
  body?: unknown,
  schema?: string | undefined,
  link?: string | undefined,
];

export async function openActions(): Promise<ActionsPeer> {
  const [runs, modes]: [PeerRun[], DispatchMode[]] = [[], []];
  const [problems, requests]: [string[], string[]] = [[], []];
  const operations = readOperations();
  const isAsDescribed = createAnswerCheck();
  const heads = new Set([headCommit]);
  let unchanged = 0;
  const [states, variables] = [new Map<string, string>(), new Map<string, string>()];
  const unknownInputs = new Set<string>();
  let isHidden = false;

  const start = (change: Partial<PeerRun> = {}): PeerRun => {
    const run: PeerRun = {
      id: 7000 + runs.length,
      display_title: "",
      event: "workflow_dispatch",
      created_at: new Date().toISOString(),
      path: ".github/workflows/sesam-rollout.yml",
      head_branch: "main",
      head_sha: headCommit,
      status: "queued",
      inputs: {},
      artifacts: [],
      jobs: [],
      ...change,
    };
    runs.push(run);
    return run;
  };
  const dispatch = (
    body: Readonly<Record<string, unknown>>,
    workflow: string,
  ): Answer | "reset" => {
    const mode = modes.shift() ?? "details";
    if (mode === "reset") return "reset";
    if (typeof mode === "object") return [mode.status, { message: mode.message }];
    if (typeof mode === "number") return [mode, { message: "a fault of the test" }];
    if (mode === "old" && "return_run_details" in body) {
      modes.unshift("old");
      return [422, { message: 'Invalid request. "return_run_details" is not a permitted key.' }];
    }
    const inputs = (body["inputs"] ?? {}) as Record<string, string>;
    const unexpected = Object.keys(inputs).filter((name) => unknownInputs.has(name));
    if (unexpected.length > 0) {
      return [422, { message: `Unexpected inputs provided: ${JSON.stringify(unexpected)}` }];
    }
    const { correlation, wave, mode: how } = inputs;
    const head_branch = String(body["ref"]);
    const what = how === "rehearse" ? "rehearsal of wave" : "wave";
    const display_title = `${what} ${wave} in production, ${correlation}`;
    const path = `.github/workflows/${workflow}`;
    const { id } = start({ display_title, head_branch, inputs, path });
    if (mode === "made") return "reset";
    const url = `http://peer/runs/${id}`;
    const details = { workflow_run_id: id, run_url: url, html_url: url };
    const isNamed = mode === "details" && "return_run_details" in body;
    return isNamed ? [200, details, "workflow-dispatch-response"] : [204];
  };

  const list = (key: string, items: readonly unknown[], url: URL): Answer => {
    const [page, size] = [url.searchParams.get("page"), url.searchParams.get("per_page")];
    const first = (Number(page ?? 1) - 1) * Number(size ?? 30);
    const some = items.slice(first, first + Number(size ?? 30));
    const schema = { artifacts: "artifact", jobs: "job" }[key] ?? "workflow-run";
    for (const item of some) noteAnswer(schema, item);
    const body = { total_count: items.length, [key]: some };
    return [200, body, undefined, linkNext(url, items.length)];
  };
  const noteAnswer = (schema: string, body: unknown): void => {
    const problem = isAsDescribed(schema, body);
    if (problem !== undefined) problems.push(problem);
  };

  const answer = (url: URL, body: string): Answer | "reset" | Buffer => {
    if (isHidden) return [404, { message: "Not Found" }];
    const rest = url.pathname.replace("/repos/example/config", "");
    const [, dispatched] = /^\/actions\/workflows\/([^/]+)\/dispatches$/.exec(rest) ?? [];
    if (dispatched !== undefined) return dispatch(JSON.parse(body), dispatched);
    if (rest === "") return [200, { id: 1 }];
    const [, base] = /^\/compare\/(\w+)\.\.\.main$/.exec(rest) ?? [];
    if (base !== undefined) {
      return [200, { status: heads.has(base) ? "identical" : "diverged", commits: [] }];
    }
    const [, variable] = /^\/actions\/variables\/(\w+)$/.exec(rest) ?? [];
    if (variable !== undefined) {
      const value = variables.get(variable);
      if (value === undefined) return [403, { message: "Resource not accessible" }];
      const at = "2026-01-01T00:00:00Z";
      return [200, { name: variable, value, created_at: at, updated_at: at }];
    }
    const [, workflow] = /^\/actions\/workflows\/([^/]+)$/.exec(rest) ?? [];
    if (workflow !== undefined) {
      const state = states.get(workflow) ?? "active";
      if (state === "missing") return [404, { message: "Not Found" }];
      return [200, { ...describeWorkflow(workflow), state }, "workflow"];
    }
    if (rest.startsWith("/actions/workflows/")) {
      const asked = (name: string): string | null => url.searchParams.get(name);
      const fits = (name: "event" | "status" | "head_branch", value: string | null) => {
        return (one: PeerRun): boolean => value === null || one[name] === value;
      };
      const since = Date.parse(asked("created")?.slice(2) ?? "1970-01-01");
      const fit = runs
        .filter(fits("event", asked("event")))
        .filter(fits("status", asked("status")))
        .filter(fits("head_branch", asked("branch")))
        .filter((one) => Date.parse(one.created_at) >= since);
      return list("workflow_runs", fit.toReversed().map(describeRun), url);
    }
    const [, kind, id, more] = /^\/actions\/(runs|artifacts)\/(\d+)(\/\w+)?$/.exec(rest) ?? [];
    const run = runs.find((one) => String(one.id) === id);
    if (kind === "runs" && more === undefined && run)
      return [200, describeRun(run), "workflow-run"];
    if (kind === "runs" && run && more === "/jobs") return list("jobs", listJobs(run, url), url);
    if (kind === "runs" && run && more === "/cancel") {
      if (run.status === "completed") return [409, { message: "Cannot cancel a run." }];
      run.status = "completed";
      return [202, {}];
    }
    if (kind === "runs" && run) return list("artifacts", run.artifacts.map(describeArtifact), url);
    const found = runs.flatMap(({ artifacts }) => artifacts).find((one) => String(one.id) === id);
    if (found?.archive.length === 0) return [410, { message: "Gone" }];
    return found?.archive ?? [404, { message: "Not Found" }];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const url = new URL(request.url ?? "/", "http://peer");
    const method = request.method ?? "GET";
    if (url.pathname.startsWith("/storage/")) {
      // A real, different server, which must not see the token.
      if (request.headers.authorization !== undefined)
        problems.push("the token went to the storage");
      const archive = answer(new URL(`http://peer${url.pathname.slice(8)}`), "");
      response.writeHead(200, { "content-type": "application/zip" });
      return void response.end(archive);
    }
    requests.push(`${method} ${url.pathname.replace("/repos/example/config", "")}`);
    const problem = findProblem(
      operations,
      method,
      url,
      body === "" ? undefined : JSON.parse(body),
    );
    if (problem !== undefined) problems.push(problem);
    const path = url.pathname.replace(/\/zip$/, "");
    const given = answer(new URL(path + url.search, "http://peer"), body);
    if (given === "reset") return void request.socket.destroy();
    if (Buffer.isBuffer(given)) {
      const { port } = storage.address() as AddressInfo;
      response.writeHead(302, { location: `http://127.0.0.1:${port}/storage${path}` });
      return void response.end();
    }
    const [status, content, schema, link] = given;
    if (schema !== undefined) noteAnswer(schema, content);
    const text = content === undefined ? "" : JSON.stringify(content);
    const etag = `W/"${hashSha1(text)}"`;
    if (method === "GET" && request.headers["if-none-match"] === etag) {
      unchanged++;
      response.writeHead(304, { etag });
      return void response.end();
    }
    const more = link === undefined ? {} : { link: linkTo(request.headers.host, link) };
    response.writeHead(status, { "content-type": "application/json", etag, ...more });
    response.end(text);
  };
  const listen = async () => {
    const server = createServer((request, response) => {
      // The server that it forwards to may be closed by now.
      handle(request, response).catch(() => request.socket.destroy());
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return server;
  };
  const storage = await listen();
  const api = await listen();
  const { port } = api.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    runs,
    heads,
    modes,
    problems,
    requests,
    unchanged: () => unchanged,
    start,
    hide: () => {
      isHidden = true;
    },
    states,
    variables,
    unknownInputs,
    close: () => {
      for (const server of [api, storage]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function describeWorkflow(file: string): object {
  const path = `.github/workflows/${file}`;
  const at = "2026-01-01T00:00:00Z";
  const url = `http://peer/${path}`;
  const urls = { url, html_url: url, badge_url: url };
  return {
    id: 1,
    node_id: "W1",
    name: file,
    path,
    state: "active",
    created_at: at,
    updated_at: at,
    ...urls,
  };
}

function describeRun(run: PeerRun): object {
  const { artifacts: _, jobs: __, inputs: ___, ...shown } = run;
  return {
    ...shown,
    name: "sesam-harden rollout",
    run_attempt: 1,
    html_url: `https://github.test/runs/${run.id}`,
    updated_at: run.created_at,
  };
}

/** Of the newest attempt, if not all are requested. */
function listJobs({ jobs }: PeerRun, url: URL): readonly PeerJob[] {
  const all = jobs.map((job) => ({ run_attempt: 1, ...job }));
  const newest = Math.max(...all.map(({ run_attempt: attempt }) => attempt));
  const isAll = url.searchParams.get("filter") === "all";
  return all.filter(({ run_attempt: attempt }) => isAll || attempt === newest);
}

function describeArtifact({ id, name, archive, expired = false }: PeerArtifact): object {
  return { id, name, size_in_bytes: archive.length, expired };
}
