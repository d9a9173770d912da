import { HardenError } from "../base/errors.ts";
import { defaultEndpoints } from "../inventory/endpoints.ts";
import { readPage, type ListPage } from "../inventory/page.ts";
import type { Busy } from "./ports.ts";
import type { SesamRest } from "../inventory/sesam-port.ts";
import { isSuccess, withSession, type Credentials } from "../inventory/sesam-session.ts";

export interface ServerQuestion {
  readonly credentials: Credentials;
  /** Path that lists the jobs, relative to the API's base path. */
  readonly jobs: string;
  /** Compared without regard to case. */
  readonly busyStates: readonly string[];
}

/**
 * Asks a Server whether jobs are running. SEP documents no fields of a job, so every field is
 * searched; if a job has no recognizable state, the answer is unknown. Does not throw HardenError.
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
    if (reply.content === undefined) return unknown(`the Server's answer to ${jobs} is not JSON`);
    const page = readPage(reply.content.json, reply.header);
    if (page.kind === "problem") return unknown(`${jobs} of the Server: ${page.reason}`);
    return judgePage(page, { jobs, busyStates });
  } catch (error) {
    if (error instanceof HardenError) return unknown(error.message);
    throw error;
  }
}

/**
 * One page is enough to see a running job. Idle requires the complete list, and a state in every
 * job.
 */
function judgePage(
  { items, total = items.length, hasMore }: ListPage,
  { jobs, busyStates }: Pick<ServerQuestion, "jobs" | "busyStates">,
): Busy {
  const busy = new Set(busyStates.map((state) => state.toLowerCase()));
  const states = items.map(findStates);
  const found = states.flatMap((set) => [...set]).find((state) => busy.has(state.toLowerCase()));
  if (found !== undefined) {
    return { kind: "yes", detail: `the Server has a job in the state ${found.slice(0, 40)}` };
  }
  if (hasMore || total > items.length) {
    return unknown(
      `the Server's answer to ${jobs} contains only some of the jobs; set jobs in the pins to a path that lists all`,
    );
  }
  return states.some((set) => set.size === 0)
    ? unknown(`the Server's answer to ${jobs} contains a job without a state`)
    : { kind: "no" };
}

function unknown(detail: string): Busy {
  return { kind: "unknown", detail };
}

const deepest = 64;

/**
 * Collects the values of all members whose key contains `state` or `status`, at any depth of a job.
 */
function findStates(json: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown, key: string, depth: number): void => {
    if (depth > deepest) found.add("");
    else if (Array.isArray(value)) for (const item of value) visit(item, key, depth + 1);
    else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, name, depth + 1);
    } else if (/stat(e|us)/i.test(key)) found.add(String(value));
  };
  visit(json, "", 0);
  return found;
}
