import { HardenError } from "../base/errors.ts";
import type { RestEndpoint, Endpoints } from "./endpoints.ts";
import type { RestAnswer, SesamRest } from "./sesam-port.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** CLASSIC, DEFAULT or what else a Server knows. */
  readonly type: string;
}

/** Asks within a session; throws HardenError `broke` where asking on is no use. */
export type SesamRequest = (endpoint: RestEndpoint, body?: unknown) => Promise<RestAnswer>;

/** All of a run; a fleet of 5,000 clients needs a few dozen MiB and at most 15,000 requests. */
export const maxBytes = 256 * 1024 * 1024;
const maxRequests = 100_000;

export interface SessionOptions {
  readonly credentials: Credentials;
  readonly endpoints: Endpoints;
  readonly rest: SesamRest;
  /** What a person should know, and what stops nothing. */
  readonly note: (text: string) => void;
}

/**
 * Logs in once, works, and logs out, whatever happened between. A refused login is not tried again:
 * accounts get locked.
 */
export async function withSession<Result>(
  options: SessionOptions,
  work: (ask: SesamRequest) => Promise<Result>,
): Promise<Result> {
  const session = await logIn(options);
  try {
    return await work(createAsk(options.rest, session));
  } finally {
    await logOut(session, options);
  }
}

async function logIn({ credentials, endpoints, rest }: SessionOptions): Promise<string> {
  const { user, password, type } = credentials;
  const { method, path } = endpoints.login;
  const body = { username: user, secret: password, type };
  const reply = await rest.ask({ method, path, session: undefined, body });
  if (reply.kind === "failed") {
    const next = "Check the address, the port and the certificate of the Server.";
    throw new HardenError("broke", `cannot reach the Server: ${reply.reason}`, next);
  }
  // The answer to a login may repeat what was sent, so nothing of it is shown.
  if (!isSuccess(reply.status)) {
    const next =
      "It was not retried, because accounts get locked. Check --user, the password, --login-type, and whether the account needs a second factor.";
    throw new HardenError("broke", `the login was refused (${reply.status})`, next);
  }
  const session = readSession(reply.content?.json);
  if (session !== undefined) return session;
  const next = "Check --url and --endpoint login=POST:PATH.";
  throw new HardenError("broke", "the login response has no session id", next);
}

/** Up to 5.1 a text, from 5.2.0 on an object with `sessionId`. It goes into a header. */
function readSession(json: unknown): string | undefined {
  const isObject = typeof json === "object" && json !== null && "sessionId" in json;
  const session = isObject ? json.sessionId : json;
  return typeof session === "string" && /^[\x21-\x7e]{1,1024}$/.test(session) ? session : undefined;
}

function createAsk(rest: SesamRest, session: string): SesamRequest {
  let requests = 0;
  let bytes = 0;
  return async ({ method, path }, body) => {
    requests++;
    if (requests > maxRequests) throw tooMuch(`${maxRequests} requests`);
    const sent = method === "POST" ? (body ?? {}) : undefined;
    const reply = await rest.ask({ method, path, session, body: sent });
    if (reply.kind === "failed") {
      const next =
        "Nothing was written. Run the command again, perhaps with --timeout or --paging.";
      throw new HardenError("broke", `${method} ${path}: ${reply.reason}`, next);
    }
    bytes += reply.size;
    if (bytes > maxBytes) throw tooMuch(`${maxBytes / 1024 / 1024} MiB of responses`);
    if (reply.status === 401) {
      const next = "Nothing was written. Run the command again.";
      throw new HardenError("broke", `${method} ${path}: the session has ended (401)`, next);
    }
    return reply;
  };
}

async function logOut(session: string, { endpoints, rest, note }: SessionOptions): Promise<void> {
  const { method, path } = endpoints.logout;
  const body = method === "POST" ? {} : undefined;
  const reply = await rest.ask({ method, path, session, body });
  if (reply.kind === "failed") note(`the session could not be ended: ${reply.reason}`);
  else if (!isSuccess(reply.status)) note(`the session could not be ended (${reply.status})`);
}

/** 206 is none: a part is not the whole. */
export function isSuccess(status: number): boolean {
  return status === 200 || status === 201 || status === 204;
}

function tooMuch(limit: string): HardenError {
  const next = "Nothing was written. Check --paging, --details and --endpoint.";
  return new HardenError("broke", `this takes more than ${limit}`, next);
}
