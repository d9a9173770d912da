import { Octokit } from "@octokit/core";
import {
  explainGithubError,
  findQueryRefusal,
  hasReason,
  misread,
  readAnswer,
  readFields,
  type Advice,
  type Fields,
} from "./error.ts";
import { createPace, isRead, type PaceOptions } from "./pace.ts";
import { readPages, type RequestParameters, type Received, type Transport } from "./paginate.ts";
import {
  queryRoute,
  type Answered,
  type Given,
  type Listed,
  type ListRoute,
  type ReadRoute,
  type Route,
  type Selected,
} from "./routes.ts";

/** Options of all requests. */
export interface GithubAccess extends PaceOptions {
  /** GITHUB_API_URL: https://api.github.com, or that of a GHES or a GHE.com tenant. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** A token, or a function that returns a valid one: a new one if GitHub refused the last. */
  readonly token: string | ((isRefused: boolean) => Promise<string>);
  readonly fetch: typeof fetch;
  /** Timeout of a request in milliseconds. */
  readonly timeoutMs: number;
  /** Advice in errors, for callers other than a job of a workflow. */
  readonly advice?: Advice;
}

const compareRoute = "GET /repos/{owner}/{repo}/compare/{basehead}";

/**
 * The only client for GitHub; for one repository. Throws GithubError, and HardenError if there is
 * no token.
 */
export interface GithubClient {
  readonly owner: string;
  /**
   * Returns GitHub's answer. Only reads are retried. Writes are not: a rerun finds out what was
   * done, and continues from there.
   */
  readonly request: <R extends Route>(route: R, parameters: Given<R>) => Promise<Answered<R>>;
  /** The same with an ETag, for repeated reads; free if nothing changed. */
  readonly conditional: <R extends ReadRoute>(
    route: R,
    parameters: Given<R>,
  ) => Promise<Answered<R>>;
  /** A list page by page, a hundred items each; stop iterating to stop reading. */
  readonly pages: <R extends ListRoute>(
    route: R,
    parameters: Selected<R>,
  ) => AsyncIterable<readonly Listed<R>[]>;
  /** Reads at most this many pages of a list; `isWhole` is false if there are more. */
  readonly list: <R extends ListRoute>(
    route: R,
    parameters: Selected<R>,
    maxPages: number,
  ) => Promise<{ readonly items: readonly Listed<R>[]; readonly isWhole: boolean }>;
  /** For `OLDER...NEWER`: how the two are related, and the commits between them, by page. */
  readonly compare: (basehead: string) => AsyncIterable<Answered<typeof compareRoute>>;
  /**
   * Fields of `repository(owner: $owner, name: $repo)` in the answer to a GraphQL query; any of them
   * can be missing. Undefined if GitHub does not answer queries, or refuses them: the caller then
   * uses other requests. Never throws.
   */
  readonly query: (text: string, variables: RequestParameters) => Promise<Fields | undefined>;
  /** Why the last query failed; undefined if it did not. */
  readonly queryTrouble: () => string | undefined;
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
    ...createQueries(transport, access),
  };
}

const readTries = 3;

/** A client that logs nothing: errors are thrown. */
export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Ends a request that is not answered within the given milliseconds. */
export function limitTime(ask: typeof fetch, timeoutMs: number): typeof fetch {
  return (url, init) => ask(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

function createTransport(access: GithubAccess): Transport {
  const { apiUrl, owner, repo, fetch, timeoutMs, advice } = access;
  const baseUrl = apiUrl.replace(/\/$/, "");
  // On GHES, REST is at /api/v3 and GraphQL at /api/graphql.
  const queryBase = { baseUrl: baseUrl.replace(/\/api\/v3$/, "/api") };
  const { request: go } = new Octokit({
    baseUrl,
    userAgent: "sesam-harden",
    request: { fetch: limitTime(fetch, timeoutMs) },
    log: silent,
  });
  const pace = createPace(access);
  const token = createTokens(access.token);
  // Parameters that a route does not name would become a query.
  const place = (route: string): RequestParameters =>
    route === queryRoute ? queryBase : route.includes("{owner}") ? { owner, repo } : {};
  const nameOf = (route: string, parameters: RequestParameters): string =>
    nameRequest(route, { owner, repo, ...parameters });

  const sendOnce: Transport["send"] = async (route, { headers, ...parameters }, url) => {
    const own = { headers: { ...(headers as object), authorization: await token.read() } };
    if (url !== undefined) return go(`GET ${url}`, own);
    // The client would repeat a redirected POST as a GET, and report success.
    const once = route.startsWith("GET ") ? {} : { request: { redirect: "manual" as const } };
    return go(route, { ...place(route), ...parameters, ...once, ...own });
  };
  const send: Transport["send"] = async (route, parameters, url) => {
    const request = nameOf(route, parameters);
    for (let tries = 1; ; tries++) {
      try {
        const answer = await pace.turn(route, () => sendOnce(route, parameters, url));
        if (answer.status >= 300 || isText(answer.data) || isCutOff(answer))
          throw misread(answer.status, request, advice);
        const refusal = route === queryRoute ? findQueryRefusal(answer) : undefined;
        if (refusal !== undefined) throw refusal;
        return answer;
      } catch (error) {
        // Octokit reports "not modified" as an error.
        if (readAnswer(error).status === 304 && route !== queryRoute) return unchanged;
        const explained = explainGithubError(error, { request, advice });
        if (explained !== error) pace.note(error, explained);
        const isRenewed = hasReason(explained, "unauthorized") && token.refuse() && tries === 1;
        if (!isRead(route) || tries >= readTries) throw explained;
        if (!isRenewed && !(await pace.recover(route, explained))) throw explained;
      }
    }
  };
  return {
    send,
    endpoint: (route, parameters) => go.endpoint(route, { ...place(route), ...parameters }),
    misread: (route, parameters) => misread(200, nameOf(route, parameters), advice),
  };
}

/** After a failure, queries are not sent for this time: other requests take their place. */
const pausedMs = 600_000;

function createQueries(
  { send }: Transport,
  { owner, repo, elapsedMs = () => performance.now() }: GithubAccess,
): Pick<GithubClient, "query" | "queryTrouble"> {
  let failed: { readonly atMs: number; readonly reason: string } | undefined;
  return {
    query: async (query, variables) => {
      if (failed !== undefined && elapsedMs() < failed.atMs + pausedMs) return undefined;
      try {
        const { data } = await send(queryRoute, {
          query,
          variables: { ...variables, owner, repo },
        });
        failed = undefined;
        return readFields(data);
      } catch (error) {
        // If other requests fail as well, they report it when they take the place of this one.
        failed = { atMs: elapsedMs(), reason: error instanceof Error ? error.message : "" };
        return undefined;
      }
    },
    queryTrouble: () => failed?.reason,
  };
}

const unchanged: Received = { status: 304, data: undefined, headers: {} };

interface Tokens {
  /** The header with a valid token. */
  readonly read: () => Promise<string>;
  /** Whether there may be a token other than the refused one. */
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

/**
 * The client returns an answer that is not JSON as text, such as a proxy's page or truncated JSON.
 */
function isText(data: unknown): boolean {
  return typeof data === "string" && data !== "";
}

/** The client returns an answer whose body is lost half-way as an empty one. */
function isCutOff({ status, data }: Pick<Received, "status" | "data">): boolean {
  if (status !== 200 && status !== 201) return false;
  return data === "" || (data instanceof ArrayBuffer && data.byteLength === 0);
}

/** The route with its parameters filled in, for messages. */
function nameRequest(route: string, parameters: RequestParameters): string {
  return route.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  });
}

/** Maximum number of cached answers; each has some kilobytes. */
const maxRemembered = 64;

/** Caches the newest answers with their ETags. */
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
