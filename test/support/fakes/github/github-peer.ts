import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createEmulator } from "emulate";
import { hashSha1 } from "../../../../src/adapters/runtime/crypto.ts";
import { findProblem, readOperations } from "./github-description.ts";
import { createRules } from "./github-rules.ts";

/**
 * GitHub as simulated by emulate, behind a proxy that checks every request of ours against GitHub's
 * own descriptions, counts them, and can make them fail. Where emulate is known to differ
 * from GitHub, `github-rules.ts` answers instead, also to requests of tests as other users.
 */
export interface GithubPeer {
  readonly url: string;
  /** `METHOD path` of every request since the last call. */
  readonly takeRequests: () => readonly string[];
  /** Requests that GitHub would have rejected. */
  readonly problems: readonly string[];
  /** Makes the next request that matches fail, before or after the server acted. */
  readonly fail: (fault: Fault) => void;
  /** Fakes the files of a pull request with their patches, which emulate lacks. */
  readonly setFiles: (
    files: readonly { readonly filename: string; readonly patch?: string }[],
  ) => void;
  /** Review comments that arrived; emulate keeps none of a review. */
  readonly comments: { readonly path: string; readonly line: number; readonly body: string }[];
  /** Reads that were answered with 304; fakes the ETags that emulate lacks. */
  readonly unchanged: string[];
  /** From now on answers GraphQL queries, which emulate answers with 404. */
  readonly startQueries: () => void;
  /** Sends requests as some other user: uncounted, and never failing. */
  readonly server: <Result = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<Result>;
  /** The same about the repository. */
  readonly api: <Result = unknown>(method: string, path: string, body?: unknown) => Promise<Result>;
  readonly close: () => Promise<void>;
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

/**
 * A fake for a part of GitHub that emulate does not have; undefined leaves the request to emulate.
 */
export type StandIn = (method: string, url: URL) => StandInAnswer | undefined;

export type StandInAnswer =
  /** Changes answers of emulate. */
  | { readonly edit: (json: unknown) => unknown }
  | { readonly json: unknown; readonly link?: string }
  | { readonly gzip: Uint8Array<ArrayBuffer> };

const token = `ghs_${"not.a.real_token".repeat(8)}`;

export async function openGithub(standIn: StandIn = () => undefined): Promise<GithubPeer> {
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
  let hasQueries = false;
  const comments: { path: string; line: number; body: string }[] = [];

  // Emulate also counts answers "not modified", and expires a token after 5,000 requests per hour;
  // it treats an unknown token as the first user's.
  let forwarded = 0;
  const renew = (authorization: string): string => {
    const part = Math.floor(forwarded++ / 4000);
    return part === 0 || authorization === "" ? authorization : `${authorization}${part}`;
  };
  const forward = async (
    method: string,
    url: URL,
    headers: Record<string, string>,
    body: string,
  ): Promise<Response> =>
    fetch(emulator.url + url.pathname + url.search, {
      method,
      headers: { ...headers, authorization: renew(headers["authorization"] ?? "") },
      ...(body === "" ? {} : { body }),
    });

  const sendAsOther = (method: string, path: string, body: string): Promise<Response> =>
    fetch(`${emulator.url}${path}`, {
      method,
      headers: { authorization: "Bearer other", "content-type": "application/json" },
      ...(body === "" ? {} : { body }),
    });
  const rules = createRules(async (method, path, body) => {
    const answer =
      method === "GET"
        ? await forward(
            method,
            new URL(path, "http://peer"),
            { authorization: `Bearer ${token}` },
            "",
          )
        : await sendAsOther(method, path, JSON.stringify(body));
    return readResult(`${method} ${path}`, answer);
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
    const sent = body === "" ? undefined : JSON.parse(body);
    // GitHub's schema takes a third of a second, and few tests need it.
    const queries = line === "POST /graphql" ? await import("./github-graphql.ts") : undefined;
    const problem =
      queries === undefined
        ? findProblem(operations, method, url, sent)
        : queries.findQueryProblem(sent);
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
    const answerJson = (status: number, content: unknown, link?: string): void => {
      const more = link === undefined ? {} : { link: linkTo(request.headers.host, link) };
      response.writeHead(status, { "content-type": "application/json", ...more });
      response.end(JSON.stringify(content));
    };
    if (method === "GET" && /\/pulls\/\d+\/files$/.test(url.pathname)) {
      const page = Number(url.searchParams.get("page") ?? 1);
      const some = pullFiles.slice((page - 1) * 100, page * 100);
      return answerJson(200, some, linkNext(url, pullFiles.length));
    }
    if (method === "GET" && /\/pulls\/\d+\/comments$/.test(url.pathname)) {
      return answerJson(200, Number(url.searchParams.get("page") ?? 1) === 1 ? comments : []);
    }
    if (method === "POST" && url.pathname.endsWith("/reviews")) {
      comments.push(...JSON.parse(body).comments);
      return answerJson(200, { id: 1 });
    }
    if (queries !== undefined && hasQueries) {
      return answerJson(200, await queries.answerQuery(sent, { repository, readBlob }));
    }
    const stood = standIn(method, url);
    const answer =
      stood === undefined || "edit" in stood
        ? await rules({
            method,
            path: url.pathname,
            body,
            forward: (other) =>
              forward(method, url, headers, other === undefined ? body : JSON.stringify(other)),
          })
        : respond(stood);
    const after = takeFault(line, "after");
    if (after !== undefined) return answerFault(after);
    const arrived = Buffer.from(await answer.arrayBuffer());
    const content =
      stood !== undefined && "edit" in stood && answer.ok
        ? Buffer.from(JSON.stringify(stood.edit(JSON.parse(arrived.toString("utf8")))))
        : arrived;
    const etag = method === "GET" && answer.ok ? `W/"${hashSha1(content.toString("latin1"))}"` : "";
    if (etag !== "" && request.headers["if-none-match"] === etag) {
      unchanged.push(line);
      response.writeHead(304, { etag });
      return void response.end();
    }
    const link = answer.headers.get("link");
    const { host } = request.headers;
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/json",
      ...(etag === "" ? {} : { etag }),
      ...(link === null ? {} : { link: linkTo(host, link) }),
    });
    response.end(content);
  };
  const readBlob = async (name: string): Promise<Buffer | undefined> => {
    const path = `/repos/${repository}/git/blobs/${name}`;
    const answer = await sendAsOther("GET", path, "");
    if (answer.status === 404) return undefined;
    const { content } = await readResult<{ content: string }>(path, answer);
    return Buffer.from(content, "base64");
  };
  const server: GithubPeer["server"] = async (method, path, sent) => {
    const body = sent === undefined ? "" : JSON.stringify(sent);
    const url = new URL(path, "http://peer");
    const answer = await rules({
      method,
      path: url.pathname,
      body,
      forward: (other) =>
        sendAsOther(method, path, other === undefined ? body : JSON.stringify(other)),
    });
    return readResult(`${method} ${path}`, answer);
  };
  const proxy = createServer((request, response) => {
    // The server that it forwards to may be closed by now.
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    takeRequests: () => requests.splice(0),
    problems,
    unchanged,
    comments,
    setFiles: (files) => {
      pullFiles = files;
    },
    startQueries: () => {
      hasQueries = true;
    },
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    server,
    api: async (method, path, body) => server(method, `/repos/${repository}${path}`, body),
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await emulator.close();
    },
  };
}

/** A link as the server with that address returns it. */
export function linkTo(host: string | undefined, link: string): string {
  return link.replaceAll(/<http:\/\/[^/]+/g, `<http://${host}`);
}

/** The link to the next page of a list with this many items, if there is one. */
export function linkNext(url: URL, count: number): string | undefined {
  const [page, size] = ["page", "per_page"].map((name) => Number(url.searchParams.get(name)));
  const next = new URL(url);
  next.searchParams.set("page", String((page || 1) + 1));
  return (page || 1) * (size || 30) < count ? `<${next.href}>; rel="next"` : undefined;
}

function respond(answer: Exclude<StandInAnswer, { readonly edit: unknown }>): Response {
  if ("gzip" in answer) {
    return new Response(answer.gzip, { headers: { "content-type": "application/x-gzip" } });
  }
  const { json, link } = answer;
  return Response.json(json, { headers: link === undefined ? {} : { link } });
}

/** Throws for an error status. */
async function readResult<Result>(request: string, answer: Response): Promise<Result> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${request}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as Result;
}

interface Sha {
  readonly sha: string;
}

/** Commits files to a branch, all of them at once; returns the commit. */
export async function pushFiles(
  { api }: GithubPeer,
  files: Readonly<Record<string, string>>,
  branch = "main",
): Promise<string> {
  const head = (await api<{ object: Sha }>("GET", `/git/ref/heads/${branch}`)).object.sha;
  const base = await api<{ tree: Sha }>("GET", `/git/commits/${head}`);
  const entries = [];
  const known = new Map<string, string>();
  for (const [path, bytes] of Object.entries(files)) {
    const content = Buffer.from(bytes, "latin1").toString("base64");
    const body = { content, encoding: "base64" };
    const sha = known.get(bytes) ?? (await api<Sha>("POST", "/git/blobs", body)).sha;
    known.set(bytes, sha);
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
