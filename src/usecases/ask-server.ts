import { HardenError } from "../core/harden-error.ts";
import { defaultEndpoints } from "../core/inventory/endpoints.ts";
import { findStates } from "../core/inventory/states.ts";
import type { Busy } from "./host-ports.ts";
import type { SesamRest } from "./sesam-rest.ts";
import { isSuccess, withSession, type Credentials } from "./sesam-session.ts";

export interface ServerQuestion {
  readonly credentials: Credentials;
  /** What lists the jobs, below the API's own path. */
  readonly jobs: string;
  /** In any case of letters. */
  readonly busyStates: readonly string[];
}

/**
 * Asks a Server whether jobs are running. No field of a job is documented, so the whole answer is
 * searched, and an answer in which no state is found says nothing. Never throws.
 */
export async function askServer(
  { credentials, jobs, busyStates }: ServerQuestion,
  rest: SesamRest,
): Promise<Busy> {
  try {
    const endpoints = defaultEndpoints;
    const options = { credentials, endpoints, rest, note: () => {} };
    const reply = await withSession(options, (ask) => ask({ method: "GET", path: jobs }));
    if (!isSuccess(reply.status)) return unknown(`the Server answered ${reply.status} to ${jobs}`);
    if (reply.status === 204) return { kind: "no" };
    if (reply.content === undefined) return unknown(`the Server's answer to ${jobs} is no JSON`);
    const { json } = reply.content;
    if (Array.isArray(json) && json.length === 0) return { kind: "no" };
    const states = findStates(json);
    if (states.size === 0) return unknown(`no state is found in the Server's answer to ${jobs}`);
    const busy = new Set(busyStates.map((state) => state.toLowerCase()));
    const found = [...states].find((state) => busy.has(state.toLowerCase()));
    return found === undefined
      ? { kind: "no" }
      : { kind: "yes", detail: `the Server has a job in the state ${found.slice(0, 40)}` };
  } catch (error) {
    if (error instanceof HardenError) return unknown(error.message);
    throw error;
  }
}

function unknown(detail: string): Busy {
  return { kind: "unknown", detail };
}
