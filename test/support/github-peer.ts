import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { createEmulator } from "emulate";
import { onTestFinished } from "vitest";
import { hashSha1 } from "../../src/adapters/hashes.ts";

/**
 * GitHub as emulate plays it, behind a proxy that checks every request of ours against GitHub's own
 * OpenAPI description, counts them, and can make them fail. Where emulate is known to differ from
 * GitHub the proxy answers itself: a second open pull request from one branch is refused (422).
 */
export interface GithubPeer {
  readonly url: string;
  /** `METHOD path` of every request since the last call. */
  readonly takeRequests: () => readonly string[];
  /** What GitHub would not have understood. */
  readonly problems: readonly string[];
  /** Makes the next request that matches fail, before or after the server acted. */
  readonly fail: (fault: Fault) => void;
  /** Stands for what emulate lacks: the files of a pull request, with their patches. */
  readonly setFiles: (
    files: readonly { readonly filename: string; readonly patch?: string }[],
  ) => void;
  /** Review comments that arrived; emulate keeps none of a review. */
  readonly comments: { readonly path: string; readonly line: number; readonly body: string }[];
  /** Reads that were answered with 304, which stands for what emulate lacks: ETags. */
  readonly unchanged: string[];
  /** Talks to emulate directly, as some other user. */
  readonly api: <Result = unknown>(method: string, path: string, body?: unknown) => Promise<Result>;
}

export interface Fault {
  /** Matches `METHOD /path`. */
  readonly on: RegExp;
  readonly when: "before" | "after";
  readonly with:
    | "reset"
    | {
        readonly status: number;
        readonly message?: string;
        readonly headers?: Record<string, string>;
      };
  readonly times?: number;
}

export const repository = "example/config";

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly queries: ReadonlySet<string>;
  readonly properties: ReadonlySet<string> | undefined;
  readonly validate: ((body: unknown) => boolean) & { errors?: unknown };
}

interface Parameter {
  readonly $ref?: string;
  readonly in?: string;
  readonly name?: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Description {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters: readonly Parameter[];
            readonly requestBody?: {
              readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

const description: Description = JSON.parse(
  readFileSync(new URL("../fixtures/github/openapi-23.0.2.json", import.meta.url), "utf8"),
);

/** The committed slice of GitHub's description. */
export function readGithubDescription(): Description {
  return description;
}

function resolve(parameter: Parameter): Parameter {
  const name = parameter.$ref?.split("/").at(-1);
  return name === undefined ? parameter : (description.components.parameters[name] ?? parameter);
}

/** The operations of the committed slice of GitHub's description, ready to be matched. */
export function readOperations(): readonly Operation[] {
  const ajv = new Ajv.default({ strict: false, formats: { "repo.nwo": true } });
  addFormats.default(ajv as never);
  return Object.entries(description.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]): Operation => {
      const schema = requestBody?.content["application/json"]?.schema;
      const queries = parameters.map(resolve).filter((one) => one.in === "query");
      const whole = schema && { ...schema, components: description.components };
      const source = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
        name === "ref" ? "(.+)" : "([^/]+)",
      );
      return {
        method: method.toUpperCase(),
        template,
        pattern: new RegExp(`^${source}$`),
        queries: new Set(queries.map(({ name = "" }) => name)),
        properties: schema?.properties && new Set(Object.keys(schema.properties)),
        validate: whole ? (ajv.compile(whole) as Operation["validate"]) : () => true,
      };
    }),
  );
}

/** Why a request is none that GitHub's description knows; undefined where it is one. */
export function findProblem(
  operations: readonly Operation[],
  method: string,
  url: URL,
  body: unknown,
): string | undefined {
  const path = decodeURIComponent(url.pathname);
  const operation = operations.find((one) => one.method === method && one.pattern.test(path));
  if (operation === undefined) return `${method} ${path} is no operation of the slice`;
  const query = [...url.searchParams.keys()].find((name) => !operation.queries.has(name));
  if (query !== undefined) return `${method} ${path}: unknown query ${query}`;
  const unknown = Object.keys((body as object) ?? {}).find(
    (name) => operation.properties?.has(name) === false,
  );
  if (unknown !== undefined) return `${method} ${path}: unknown property ${unknown}`;
  if (!operation.validate(body ?? {})) {
    return `${method} ${path}: ${JSON.stringify(operation.validate.errors)}`;
  }
  return undefined;
}

const token = `ghs_${"not.a.real_token".repeat(8)}`;

export async function startGithub(): Promise<GithubPeer> {
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: {
        [token]: { login: "bot", scopes: ["repo"] },
        other: { login: "anna", scopes: ["repo"] },
      },
      github: {
        users: [{ login: "bot" }, { login: "anna" }],
        orgs: [
          {
            login: "example",
            members: [
              { login: "anna", role: "admin" },
              { login: "bot", role: "admin" },
            ],
          },
        ],
        repos: [{ owner: "example", name: "config", auto_init: true, private: false }],
      },
    } as never,
  });
  const operations = readOperations();
  const requests: string[] = [];
  const problems: string[] = [];
  const unchanged: string[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  let pullFiles: readonly unknown[] = [];
  const comments: { path: string; line: number; body: string }[] = [];

  const forward = async (
    method: string,
    url: URL,
    headers: Record<string, string>,
    body: string,
  ): Promise<Response> =>
    fetch(emulator.url + url.pathname + url.search, {
      method,
      headers,
      ...(body === "" ? {} : { body }),
    });

  const takeFault = (line: string, when: Fault["when"]): Fault["with"] | undefined => {
    const found = faults.find(
      ({ fault, left }) => left > 0 && fault.when === when && fault.on.test(line),
    );
    if (found === undefined) return undefined;
    found.left--;
    return found.fault.with;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const url = new URL(request.url ?? "/", "http://peer");
    const method = request.method ?? "GET";
    const line = `${method} ${decodeURIComponent(url.pathname)}`;
    requests.push(line);
    const problem = findProblem(
      operations,
      method,
      url,
      body === "" ? undefined : JSON.parse(body),
    );
    if (problem !== undefined) problems.push(problem);
    const answerFault = (fault: Fault["with"]): void => {
      if (fault === "reset") request.socket.destroy();
      else {
        response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
        response.end(JSON.stringify({ message: fault.message ?? "a fault of the test" }));
      }
    };
    const before = takeFault(line, "before");
    if (before !== undefined) return answerFault(before);
    const headers = {
      authorization: request.headers.authorization ?? "",
      "content-type": "application/json",
    };
    const answerJson = (status: number, content: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(content));
    };
    if (method === "GET" && /\/pulls\/\d+\/files$/.test(url.pathname)) {
      const page = Number(url.searchParams.get("page") ?? 1);
      return answerJson(200, pullFiles.slice((page - 1) * 100, page * 100));
    }
    if (method === "GET" && /\/pulls\/\d+\/comments$/.test(url.pathname)) {
      return answerJson(200, Number(url.searchParams.get("page") ?? 1) === 1 ? comments : []);
    }
    if (method === "POST" && url.pathname.endsWith("/reviews")) {
      comments.push(...JSON.parse(body).comments);
      return answerJson(200, { id: 1 });
    }
    if (method === "POST" && url.pathname.endsWith("/pulls")) {
      const { head } = JSON.parse(body);
      const open = await forward(
        "GET",
        new URL(`http://peer${url.pathname}?state=open&head=example:${head}`),
        headers,
        "",
      );
      if (((await open.json()) as unknown[]).length > 0) {
        return answerFault({ status: 422, message: "A pull request already exists" });
      }
    }
    const answer = await forward(method, url, headers, body);
    const after = takeFault(line, "after");
    if (after !== undefined) return answerFault(after);
    const content = Buffer.from(await answer.arrayBuffer());
    const etag = method === "GET" && answer.ok ? `W/"${hashSha1(content.toString("latin1"))}"` : "";
    if (etag !== "" && request.headers["if-none-match"] === etag) {
      unchanged.push(line);
      response.writeHead(304, { etag });
      return void response.end();
    }
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/json",
      ...(etag === "" ? {} : { etag }),
    });
    response.end(content);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await emulator.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests: () => requests.splice(0),
    problems,
    unchanged,
    comments,
    setFiles: (files) => {
      pullFiles = files;
    },
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    api: async (method, path, body) => {
      const answer = await fetch(`${emulator.url}/repos/${repository}${path}`, {
        method,
        headers: { authorization: "Bearer other", "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
  };
}

interface Sha {
  readonly sha: string;
}

/** Commits files to a branch, all of them at once; gives the commit. */
export async function pushFiles(
  { api }: GithubPeer,
  files: Readonly<Record<string, string>>,
  branch = "main",
): Promise<string> {
  const head = (await api<{ object: Sha }>("GET", `/git/ref/heads/${branch}`)).object.sha;
  const base = await api<{ tree: Sha }>("GET", `/git/commits/${head}`);
  const entries = [];
  for (const [path, bytes] of Object.entries(files)) {
    const content = Buffer.from(bytes, "latin1").toString("base64");
    const { sha } = await api<Sha>("POST", "/git/blobs", { content, encoding: "base64" });
    entries.push({ path, mode: "100644", type: "blob", sha });
  }
  const tree = await api<Sha>("POST", "/git/trees", { base_tree: base.tree.sha, tree: entries });
  const body = { message: "files", tree: tree.sha, parents: [head] };
  const commit = await api<Sha>("POST", "/git/commits", body);
  await api("PATCH", `/git/refs/heads/${branch}`, { sha: commit.sha });
  return commit.sha;
}

/** The bytes of a file on a branch. */
export async function readFile({ api }: GithubPeer, branch: string, path: string): Promise<string> {
  const head = (await api<{ object: Sha }>("GET", `/git/ref/heads/${branch}`)).object.sha;
  const { tree } = await api<{ tree: Sha }>("GET", `/git/commits/${head}`);
  const listed = await api<{ tree: readonly (Sha & { path: string })[] }>(
    "GET",
    `/git/trees/${tree.sha}?recursive=1`,
  );
  const entry = listed.tree.find((one) => one.path === path);
  if (entry === undefined) throw new Error(`${path} is not on ${branch}`);
  const blob = await api<{ content: string; encoding: BufferEncoding }>(
    "GET",
    `/git/blobs/${entry.sha}`,
  );
  return Buffer.from(blob.content, blob.encoding).toString("latin1");
}
