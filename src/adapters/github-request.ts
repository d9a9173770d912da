import { Octokit } from "@octokit/core";
import { HardenError } from "../core/harden-error.ts";

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
  /** What to do next, for others than a job of a workflow. */
  readonly advice?: {
    /** Where the token is not valid. */
    readonly token: string;
    /** Where it may not do something. */
    readonly access: string;
    /** Where GitHub does not answer, or not now. */
    readonly again: string;
  };
}

export interface GithubOptions extends GithubAccess {
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

/** Longer than this nobody waits for in a workflow. */
const longestWait = 60_000;
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
    for (let attempt = 1; ; attempt++) {
      try {
        const own = await authorize(token, parameters);
        return await octokit.request(route, { ...place, ...parameters, ...own });
      } catch (error) {
        // Octokit takes it for an error that nothing has changed.
        if (readAnswer(error).status === 304) return { status: 304, data: undefined, headers: {} };
        const pause = pauseBefore(error, isRead);
        if (attempt >= readTries || pause === undefined || pause > longestWait)
          throw explain(error, route, access.advice);
        await wait(pause);
      }
    }
  };
}

/** The headers of a request whose token changes with time. */
async function authorize(
  token: GithubAccess["token"],
  { headers }: Parameters,
): Promise<Parameters> {
  if (typeof token === "string") return {};
  return { headers: { ...(headers as object), authorization: `token ${await token()}` } };
}

interface Answer {
  /** Undefined where GitHub did not answer. */
  readonly status: number | undefined;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

function readAnswer(error: unknown): Answer {
  const isAnswer = typeof error === "object" && error !== null && "response" in error;
  const response = isAnswer
    ? (error.response as Answer & { data?: { message?: unknown } })
    : undefined;
  const message = response?.data?.message ?? (error instanceof Error ? error.message : "no answer");
  return {
    status: response?.status,
    message: String(message),
    headers: response?.headers ?? {},
  };
}

/** Milliseconds to wait before another try; undefined where another try is no use or not safe. */
function pauseBefore(error: unknown, isRead: boolean): number | undefined {
  const { status, headers, message } = readAnswer(error);
  if (status === 429 || (status === 403 && isLimit(headers, message))) {
    return Number(headers["retry-after"] ?? 60) * 1000;
  }
  return isRead && (status === undefined || status >= 500) ? 1000 : undefined;
}

function isLimit(headers: Answer["headers"], message: string): boolean {
  return headers["retry-after"] !== undefined || /rate limit/i.test(message);
}

export const rerun = "Run the workflow again: it finds what was done, and goes on from there.";

/** What GitHub's answer means, and what to do; never with the request, which holds the token. */
function explain(error: unknown, route: string, advice: GithubAccess["advice"]): HardenError {
  // Whatever gives the token has said already what is wrong with it.
  if (error instanceof HardenError) return error;
  const { status, message, headers } = readAnswer(error);
  const again = advice?.again ?? rerun;
  const what = `GitHub's answer to ${route}`;
  if (status === undefined)
    return new HardenError("broke", `GitHub did not answer ${route}`, again);
  if (status === 429 || (status === 403 && isLimit(headers, message))) {
    return new HardenError(
      "broke",
      `${what}: too many requests`,
      advice?.again ?? "Run the workflow again later.",
    );
  }
  if (/not permitted to create or approve pull requests/i.test(message)) {
    return new HardenError(
      "broke",
      `${what}: GitHub Actions may not create pull requests here`,
      "Allow it in Settings, Actions, General, Workflow permissions, of the repository and of its organization; or give the input token the token of a GitHub App.",
    );
  }
  if (status === 401)
    return new HardenError(
      "broke",
      `${what}: the token is not valid`,
      advice?.token ?? "Give the input token a valid one.",
    );
  if (status === 403 || status === 404) {
    const permission = route.includes("/git/") ? "contents: write" : "pull-requests: write";
    return new HardenError(
      "broke",
      `${what}: ${status}, the token may not do this, or the repository has moved`,
      advice?.access ??
        `Add \`permissions: { contents: write, pull-requests: write }\` to the job (this needs ${permission}).`,
    );
  }
  if (status >= 500)
    return new HardenError("broke", `${what}: ${status}, GitHub is in trouble`, again);
  return new HardenError("broke", `${what}: ${status}, ${message}`, again);
}

/** True where it is not known what became of a request: no answer, or GitHub in trouble. */
export function isUnknown(error: unknown): boolean {
  return (
    error instanceof HardenError &&
    (error.message.startsWith("GitHub did not answer ") || / 5[0-9]{2}, GitHub/.test(error.message))
  );
}

/** True for HTTP 404 and for an empty repository's 409. */
export function isMissing(error: unknown): boolean {
  return error instanceof HardenError && / (404|409), /.test(error.message);
}

export function isRefused(error: unknown): boolean {
  return error instanceof HardenError && error.message.includes(": 422, ");
}
