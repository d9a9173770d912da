import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { KeyPair } from "../../harness/tls-server.ts";

/**
 * Stand-in for the REST API v2 of a SEP sesam Server, which tests cannot use. Its paths, login and
 * errors are those that existing programs use (SAPUCC/sepsesam, chexma/checkmk_plugin_sep_sesam).
 * The fields of interfaces, restores and paging are not documented, so the tests define them.
 */
export interface SesamOptions {
  readonly certificate: KeyPair;
  /** Up to 5.1 the session is a text, since 5.2.0 it is in an object. */
  readonly login: "text" | "object";
  /** Lists by their path below `/sep/api/v2`, such as `GET /clients`; a function returns one. */
  readonly lists: Readonly<Record<string, object>>;
  /** Answers instead, and then returns true. */
  readonly fault?: (asked: Asked, response: ServerResponse) => boolean;
}

export interface Asked {
  /** `GET /clients`, without paths below it and without a query. */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly session: string | undefined;
  readonly body: unknown;
  /** Headers and body, as they arrived. */
  readonly raw: string;
}

export interface StandIn {
  readonly url: string;
  readonly port: number;
  /** All requests, in order. */
  readonly asked: readonly Asked[];
  readonly routes: () => readonly string[];
  /** Sessions that were not ended. */
  readonly open: ReadonlySet<string>;
}

export const user = "inventory";
/** Looks like a password but is not one; only a login may contain it. */
export const password = "no real/päss word";

const below = "/sep/api/v2";

/** Starts one on a free loopback port; it ends with the test. */
export async function startSesam(options: SesamOptions): Promise<StandIn> {
  const asked: Asked[] = [];
  const open = new Set<string>();
  const server = createServer(options.certificate, async (request, response) => {
    const question = await readQuestion(request);
    asked.push(question);
    if (options.fault?.(question, response) !== true) answer(question, response, options, open);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  // The test closed its side in the middle of an answer on purpose.
  server.on("tlsClientError", () => {});
  const { port } = server.address() as AddressInfo;
  const routes = (): readonly string[] => asked.map(({ route }) => route);
  return { url: `https://localhost:${port}`, port, asked, routes, open };
}

async function readQuestion(request: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
  const path = pathname.startsWith(below) ? pathname.slice(below.length) : `outside ${pathname}`;
  const session = request.headers["x-sep-session"];
  return {
    route: `${request.method} ${decodeURIComponent(path)}`,
    query: searchParams,
    session: typeof session === "string" ? session : undefined,
    body: text === "" ? undefined : JSON.parse(text),
    raw: `${request.url} ${JSON.stringify(request.headers)} ${text}`,
  };
}

function answer(
  asked: Asked,
  response: ServerResponse,
  options: SesamOptions,
  open: Set<string>,
): void {
  const { route, session, body } = asked;
  if (route === "POST /auth/login") return logIn(body, response, options.login, open);
  if (session === undefined || !open.has(session)) return refuse(response, 401, asked);
  if (route === "GET /auth/logout") {
    open.delete(session);
    return reply(response, 200, true);
  }
  if (route === "GET /server/info") {
    return reply(response, 200, { name: "sesam1", release: "5.1.0.14", restPort: 11_401 });
  }
  if (!Object.hasOwn(options.lists, route)) return refuse(response, 404, asked);
  const list = options.lists[route];
  return reply(response, 200, typeof list === "function" ? list(asked) : list);
}

function logIn(
  body: unknown,
  response: ServerResponse,
  shape: SesamOptions["login"],
  open: Set<string>,
): void {
  const { username, secret, type } = body as Readonly<Record<string, unknown>>;
  const isKnown = username === user && secret === password;
  if (!isKnown || (type !== "CLASSIC" && type !== "DEFAULT")) {
    return reply(response, 401, { error: "auth.failed", parameter: body });
  }
  const session = `session-${open.size + 1}-of-the-tests`;
  open.add(session);
  return reply(response, 200, shape === "text" ? session : { sessionId: session });
}

export interface PagedList {
  readonly items: readonly unknown[];
  /** Names of the parameters that this list accepts. */
  readonly start: string;
  readonly size: string;
  readonly unit?: "items" | "pages";
  /** Maximum page size. */
  readonly cap?: number;
}

/** A list that returns one page, by query or body; without the parameters it returns everything. */
export function pagedList({ items, start, size, unit = "items", cap = Infinity }: PagedList) {
  return ({ query, body }: Asked): readonly unknown[] => {
    const given = { ...Object.fromEntries(query), ...(body as object | undefined) };
    const parameters = new Map<string, unknown>(Object.entries(given));
    const length = Math.min(Number(parameters.get(size) ?? items.length), cap);
    const from = Number(parameters.get(start) ?? 0) * (unit === "pages" ? length : 1);
    return items.slice(from, from + length);
  };
}

export function refuse(response: ServerResponse, status: number, { route }: Asked): void {
  const error = { error: "refused", message: "refused", parameter: [], type: "ERROR", url: route };
  reply(response, status, error);
}

export function reply(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json;charset=utf-8" });
  response.end(JSON.stringify(content));
}
