import { Octokit } from "@octokit/core";
import { explainGithubError, hasReason, misread, readAnswer, type Advice } from "./error.ts";
import { createPace, isRead, type PaceOptions } from "./pace.ts";
import { readPages, type RequestParameters, type Received, type Transport } from "./paginate.ts";
import type { Answered, Given, Listed, ListRoute, ReadRoute, Route, Selected } from "./routes.ts";

/** What a request takes, whoever asks. */
export interface GithubAccess extends PaceOptions {
  /** GITHUB_API_URL: https://api.github.com, that of a GHES, or that of a GHE.com tenant. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** A token, or what gives one that is valid now: another one where GitHub refused the last. */
  readonly token: string | ((isRefused: boolean) => Promise<string>);
  readonly fetch: typeof fetch;
  /** Milliseconds after which an answer is no longer waited for. */
  readonly timeoutMs: number;
  /** For others than a job of a workflow. */
  readonly advice?: Advice;
}

const compareRoute = "GET /repos/{owner}/{repo}/compare/{basehead}";

/**
 * The only way to GitHub, about one repository. Throws GithubError, and HardenError where there is no
 * token.
 */
export interface GithubClient {
  readonly owner: string;
  /**
   * Gives what GitHub answers. What only reads is tried again; what writes never is: a rerun finds out
   * what was done, and goes on from there.
   */
  readonly request: <R extends Route>(route: R, parameters: Given<R>) => Promise<Answered<R>>;
  /** The same for what is read time and again, which costs nothing while it has not changed. */
  readonly conditional: <R extends ReadRoute>(
    route: R,
    parameters: Given<R>,
  ) => Promise<Answered<R>>;
  /** A list page by page, by hundreds; whoever wants no more stops. */
  readonly pages: <R extends ListRoute>(
    route: R,
    parameters: Selected<R>,
  ) => AsyncIterable<readonly Listed<R>[]>;
  /** At most so many pages of a list; not whole where there are more. */
  readonly list: <R extends ListRoute>(
    route: R,
    parameters: Selected<R>,
    maxPages: number,
  ) => Promise<{ readonly items: readonly Listed<R>[]; readonly isWhole: boolean }>;
  /** Of `OLDER...NEWER`: how the two lie to each other, and the commits between them, by pages. */
  readonly compare: (basehead: string) => AsyncIterable<Answered<typeof compareRoute>>;
}

export function openGithubClient(access: GithubAccess): GithubClient {
  const transport = createTransport(access);
  const pages: GithubClient["pages"] = async function* (route, parameters) {
    for await (const page of readPages(transport, route, parameters)) {
      if (!Array.isArray(page)) throw transport.misread(route, parameters);
      yield page;
    }
  };
  return {
    owner: access.owner,
    request: async (route, parameters) => (await transport.send(route, parameters)).data as never,
    conditional: createMemory(transport) as GithubClient["conditional"],
    pages,
    list: async (route, parameters, maxPages) => {
      const items: Listed<typeof route>[] = [];
      let count = 0;
      for await (const page of pages(route, parameters)) {
        if (++count > maxPages) return { items, isWhole: false };
        items.push(...page);
      }
      return { items, isWhole: true };
    },
    compare: (basehead) => readPages(transport, compareRoute, { basehead }) as AsyncIterable<never>,
  };
}

const readTries = 3;

/** For a client that says nothing: what goes wrong is thrown. */
export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What does not answer within so many milliseconds does not answer. */
export function limitTime(ask: typeof fetch, timeoutMs: number): typeof fetch {
  return (url, init) => ask(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

function createTransport(access: GithubAccess): Transport {
  const { apiUrl, owner, repo, fetch, timeoutMs, advice } = access;
  const { request: go } = new Octokit({
    baseUrl: apiUrl.replace(/\/$/, ""),
    userAgent: "sesam-harden",
    request: { fetch: limitTime(fetch, timeoutMs) },
    log: silent,
  });
  const pace = createPace(access);
  const token = createTokens(access.token);
  // What a route does not name would go along as a query.
  const place = (route: string): RequestParameters =>
    route.includes("{owner}") ? { owner, repo } : {};
  const nameOf = (route: string, parameters: RequestParameters): string =>
    nameRequest(route, { owner, repo, ...parameters });

  const sendOnce: Transport["send"] = async (route, { headers, ...parameters }, url) => {
    const own = { headers: { ...(headers as object), authorization: await token.read() } };
    if (url !== undefined) return go(`GET ${url}`, own);
    // The client would send a redirected POST again as a GET, and call its answer a success.
    const once = isRead(route) ? {} : { request: { redirect: "manual" as const } };
    return go(route, { ...place(route), ...parameters, ...once, ...own });
  };
  const send: Transport["send"] = async (route, parameters, url) => {
    const request = nameOf(route, parameters);
    for (let tries = 1; ; tries++) {
      try {
        const answer = await pace.turn(route, () => sendOnce(route, parameters, url));
        if (answer.status >= 300 || isText(answer.data))
          throw misread(answer.status, request, advice);
        return answer;
      } catch (error) {
        // Octokit takes it for an error that nothing has changed.
        if (readAnswer(error).status === 304) return unchanged;
        const explained = explainGithubError(error, { request, advice });
        if (explained !== error) pace.note(error, explained);
        const isRenewed = hasReason(explained, "unauthorized") && token.refuse() && tries === 1;
        if (!isRead(route) || tries >= readTries) throw explained;
        if (!isRenewed && !(await pace.recover(explained))) throw explained;
      }
    }
  };
  return {
    send,
    endpoint: (route, parameters) => go.endpoint(route, { ...place(route), ...parameters }),
    misread: (route, parameters) => misread(200, nameOf(route, parameters), advice),
  };
}

const unchanged: Received = { status: 304, data: undefined, headers: {} };

interface Tokens {
  /** The header that shows a valid one. */
  readonly read: () => Promise<string>;
  /** Whether there may be another one than what GitHub refused. */
  readonly refuse: () => boolean;
}

function createTokens(token: GithubAccess["token"]): Tokens {
  if (typeof token === "string") {
    return { read: async () => `Bearer ${token}`, refuse: () => false };
  }
  let isRefused = false;
  return {
    read: async () => {
      const valid = await token(isRefused);
      isRefused = false;
      return `Bearer ${valid}`;
    },
    refuse: () => {
      isRefused = true;
      return true;
    },
  };
}

/** What the client could not read as JSON it gives as text: the page of a proxy, or a cut answer. */
function isText(data: unknown): boolean {
  return typeof data === "string" && data !== "";
}

/** The route with its parameters filled in, so that a message names the real place. */
function nameRequest(route: string, parameters: RequestParameters): string {
  return route.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  });
}

/** Answers that are remembered at once; each is some kilobytes. */
const maxRemembered = 64;

/** Remembers the newest answers with their ETags. */
function createMemory({
  send,
}: Transport): (route: string, parameters: RequestParameters) => Promise<unknown> {
  const known = new Map<string, Received>();
  return async (route, parameters) => {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const before = known.get(key);
    const etag = before?.headers.etag;
    const headers = etag === undefined ? {} : { headers: { "if-none-match": etag } };
    const answer = await send(route, { ...parameters, ...headers });
    const newest = answer.status === 304 && before !== undefined ? before : answer;
    known.delete(key);
    known.set(key, newest);
    const [oldest = ""] = known.keys();
    if (known.size > maxRemembered) known.delete(oldest);
    return newest.data;
  };
}
