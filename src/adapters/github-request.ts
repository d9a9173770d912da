import { Octokit } from "@octokit/core";
import { HardenError } from "../core/harden-error.ts";

export interface GithubOptions {
  /** GITHUB_API_URL: https://api.github.com, that of a GHES, or that of a GHE.com tenant. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds after which an answer is no longer waited for. */
  readonly timeout: number;
  /** SHA-1 of bytes, in hexadecimal: what git names blobs with. */
  readonly sha1: (bytes: string) => string;
}

/** Longer than this nobody waits for in a workflow. */
const longestWait = 60_000;
const readTries = 3;

type Parameters = Readonly<Record<string, unknown>>;
export type Ask = (route: string, parameters: Parameters) => Promise<unknown>;

/**
 * One request. What only reads is tried again; what writes is not, unless GitHub said that it did
 * nothing: a rerun finds out what was done, and goes on from there.
 */
export function createAsk({
  apiUrl,
  owner,
  repo,
  token,
  fetch,
  wait,
  timeout,
}: GithubOptions): Ask {
  const octokit = new Octokit({
    auth: token,
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
    for (let attempt = 1; ; attempt++) {
      try {
        const { data } = await octokit.request(route, { owner, repo, ...parameters });
        return data;
      } catch (error) {
        const pause = pauseBefore(error, isRead);
        if (attempt >= readTries || pause === undefined || pause > longestWait)
          throw explain(error, route);
        await wait(pause);
      }
    }
  };
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
function explain(error: unknown, route: string): HardenError {
  const { status, message, headers } = readAnswer(error);
  const what = `GitHub's answer to ${route}`;
  if (status === undefined)
    return new HardenError("broke", `GitHub did not answer ${route}`, rerun);
  if (status === 429 || (status === 403 && isLimit(headers, message))) {
    return new HardenError("broke", `${what}: too many requests`, "Run the workflow again later.");
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
      "Give the input token a valid one.",
    );
  if (status === 403 || status === 404) {
    const permission = route.includes("/git/") ? "contents: write" : "pull-requests: write";
    return new HardenError(
      "broke",
      `${what}: ${status}, the token may not do this, or the repository has moved`,
      `Add \`permissions: { contents: write, pull-requests: write }\` to the job (this needs ${permission}).`,
    );
  }
  if (status >= 500)
    return new HardenError("broke", `${what}: ${status}, GitHub is in trouble`, rerun);
  return new HardenError("broke", `${what}: ${status}, ${message}`, rerun);
}

/** True for HTTP 404 and for an empty repository's 409. */
export function isMissing(error: unknown): boolean {
  return error instanceof HardenError && / (404|409), /.test(error.message);
}

export function isRefused(error: unknown): boolean {
  return error instanceof HardenError && error.message.includes(": 422, ");
}
