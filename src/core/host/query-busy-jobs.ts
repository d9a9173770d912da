import { HardenError } from "../base/errors.ts";
import { defaultEndpoints } from "../inventory/endpoints.ts";
import { readPage, type ListPage } from "../inventory/page.ts";
import type { Busy } from "./ports.ts";
import type { SesamRest } from "../inventory/sesam-port.ts";
import { isSuccess, withSession, type Credentials } from "../inventory/sesam-session.ts";

export interface ServerQuestion {
  readonly credentials: Credentials;
  /** What lists the jobs, below the API's own path. */
  readonly jobs: string;
  /** In any case of letters. */
  readonly busyStates: readonly string[];
}

/**
 * Asks a Server whether jobs are running. No field of a job is documented, so all of each job is
 * searched, and a job in which no state is found says nothing. Never throws.
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

/** What runs is seen on any page; that nothing runs, on all of them alone, and in every job. */
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

/** The texts of all members whose key speaks of a state or status, anywhere in a job. */
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
