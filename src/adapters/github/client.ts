import { Octokit } from "@octokit/core";
import { explainGithubError, isLimit, misread, readAnswer, type Advice } from "./error.ts";

/** What a request takes, whoever asks. */
export interface GithubAccess {
  /** GITHUB_API_URL: https://api.github.com, that of a GHES, or that of a GHE.com tenant. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** A token, or what gives one that is valid now. */
  readonly token: string | (() => Promise<string>);
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds after which an answer is no longer waited for. */
  readonly timeout: number;
  /** For others than a job of a workflow. */
  readonly advice?: Advice;
}

export interface GithubOptions extends GithubAccess {
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

/** Longest pause that GitHub may ask for (ms); where it asks for more, the request fails at once. */
const maxPause = 60_000;
/** Milliseconds, where GitHub limits requests and names no time. */
const defaultPause = 60_000;
const readTries = 3;

type Parameters = Readonly<Record<string, unknown>>;
export type Ask = (route: string, parameters: Parameters) => Promise<unknown>;

/** What a resource says; `same` where it has not changed, which GitHub does not count. */
export type Conditional =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly data: unknown; readonly etag: string | undefined };

export type AskAgain = (
  route: string,
  parameters: Parameters,
  etag: string | undefined,
) => Promise<Conditional>;

/**
 * One request. What only reads is tried again; what writes is not, unless GitHub said that it did
 * nothing: a rerun finds out what was done, and goes on from there.
 */
export function createAsk(access: GithubAccess): Ask {
  const send = createSend(access);
  return async (route, parameters) => (await send(route, parameters)).data;
}

/** The same for what was read before, of which the ETag is known. */
export function createAskAgain(access: GithubAccess): AskAgain {
  const send = createSend(access);
  return async (route, parameters, etag) => {
    const headers = etag === undefined ? {} : { headers: { "if-none-match": etag } };
    const answer = await send(route, { ...parameters, ...headers });
    return answer.status === 304
      ? { kind: "same" }
      : { kind: "changed", data: answer.data, etag: answer.headers.etag };
  };
}

/** A page of a list that goes on at a place which only the server knows. */
export type AskPage = (
  route: string,
  parameters: Parameters,
) => Promise<{ readonly data: unknown; readonly after: string | undefined }>;

/** The same for lists whose `Link` header names the next page by a cursor. */
export function createAskPage(access: GithubAccess): AskPage {
  const send = createSend(access);
  return async (route, parameters) => {
    const { data, headers } = await send(route, parameters);
    const [, query = ""] = /<[^>?]*\?([^>]*)>;\s*rel="next"/.exec(headers.link ?? "") ?? [];
    return { data, after: new URLSearchParams(query).get("after") ?? undefined };
  };
}

interface Received {
  readonly status: number;
  readonly data: unknown;
  readonly headers: { readonly etag?: string | undefined; readonly link?: string | undefined };
}

type Send = (route: string, parameters: Parameters) => Promise<Received>;

function createSend(access: GithubAccess): Send {
  const { apiUrl, owner, repo, token, fetch, wait, timeout } = access;
  const octokit = new Octokit({
    ...(typeof token === "string" ? { auth: token } : {}),
    baseUrl: apiUrl.replace(/\/$/, ""),
    userAgent: "sesam-harden",
    request: {
      fetch: ((url, init) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(timeout) })) satisfies typeof fetch,
    },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return async (route, parameters) => {
    const isRead = route.startsWith("GET ");
    // What a route does not name would go along as a query.
    const place = route.includes("{owner}") ? { owner, repo } : {};
    // The client would send a redirected POST again as a GET, and call its answer a success.
    const once = isRead ? {} : { request: { redirect: "manual" as const } };
    const request = nameRequest(route, { owner, repo, ...parameters });
    for (let attempt = 1; ; attempt++) {
      try {
        const own = await authorize(token, parameters);
        const answer = await octokit.request(route, { ...place, ...parameters, ...once, ...own });
        if (answer.status >= 300 || isText(answer.data))
          throw misread(answer.status, request, access.advice);
        return answer;
      } catch (error) {
        // Octokit takes it for an error that nothing has changed.
        if (readAnswer(error).status === 304) return { status: 304, data: undefined, headers: {} };
        const pause = pauseBefore(error, isRead, Date.now());
        if (attempt >= readTries || pause === undefined || pause > maxPause) {
          throw explainGithubError(error, { request, advice: access.advice });
        }
        await wait(pause);
      }
    }
  };
}

/** What the client could not read as JSON it gives as text: the page of a proxy, or a cut answer. */
function isText(data: unknown): boolean {
  return typeof data === "string" && data !== "";
}

/** The route with its parameters filled in, so that a message names the real place. */
function nameRequest(route: string, parameters: Parameters): string {
  return route.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  });
}

/** The headers of a request whose token changes with time. */
async function authorize(
  token: GithubAccess["token"],
  { headers }: Parameters,
): Promise<Parameters> {
  if (typeof token === "string") return {};
  return { headers: { ...(headers as object), authorization: `token ${await token()}` } };
}

/** Milliseconds to wait before another try; undefined where another try is no use or not safe. */
function pauseBefore(error: unknown, isRead: boolean, now: number): number | undefined {
  const answer = readAnswer(error);
  const { status, headers } = answer;
  if (isLimit(answer)) {
    const after = headers["retry-after"];
    if (after !== undefined) return Number(after) * 1000;
    const reset = headers["x-ratelimit-reset"];
    const isPrimary = headers["x-ratelimit-remaining"] === "0" && reset !== undefined;
    return isPrimary ? Math.max(1000, Number(reset) * 1000 - now) : defaultPause;
  }
  return isRead && (status === undefined || status >= 500) ? 1000 : undefined;
}
