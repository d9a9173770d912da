import { mergePull } from "./github-merge.ts";
import { assignPull, refuseNewPull, refusePullChange, refuseReviewers } from "./github-pulls.ts";
import { closePulls, refuseNewRef, translateRefAnswer } from "./github-refs.ts";
import { refuseLong, type Ask, type Call } from "./github-refusals.ts";

/** Sends a request to emulate unchanged, or with another body. */
export type Forward = (body?: unknown) => Promise<Response>;

/**
 * GitHub's behaviour where emulate differs: emulate creates a missing base branch, opens the same
 * pull request twice, creates branches that Git refuses, merges everything by taking one side, and
 * leaves a pull request open whose branch was deleted. Statuses and messages are GitHub's, from its
 * documentation and reports of its users. Handles one request after another, so that nothing
 * changes between reading and writing.
 */
export function createRules(ask: Ask): (request: RuledRequest) => Promise<Response> {
  let last: Promise<unknown> = Promise.resolve();
  return async ({ method, path, body, forward }) => {
    const [, top = "", owner = "", rest = ""] =
      /^(\/repos\/([^/]+)\/[^/]+)\/(.*)$/.exec(path) ?? [];
    if (method === "GET" || top === "") return forward();
    const parsed = body === "" ? {} : JSON.parse(body);
    const call: Call = { top, owner, path: rest, body: parsed };
    const answer = last.then(() => decide(method, call, { ask, forward }));
    last = answer.catch(() => undefined);
    return answer;
  };
}

export interface RuledRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly body: string;
  readonly forward: Forward;
}

async function decide(
  method: string,
  call: Call,
  { ask, forward }: { readonly ask: Ask; readonly forward: Forward },
): Promise<Response> {
  const { path, body } = call;
  const route = `${method} ${path.replace(/^git\/refs\/.*/, "git/refs/*").replace(/\d+/, "N")}`;
  switch (route) {
    case "POST git/refs":
      return (await refuseNewRef(call, ask)) ?? translate(await forward());
    case "PATCH git/refs/*":
      return translate(await forward());
    case "DELETE git/refs/*": {
      const answer = await translate(await forward());
      if (answer.ok) await closePulls(call, ask);
      return answer;
    }
    case "POST git/trees":
      return forward(withoutReplaced(body));
    case "POST pulls":
      return (await refuseNewPull(call, ask)) ?? forward();
    case "PATCH pulls/N":
      return (await refusePullChange(call, ask)) ?? forward();
    case "PUT pulls/N/merge":
      return mergePull(call, ask);
    case "POST pulls/N/requested_reviewers":
      return (await refuseReviewers(call, ask)) ?? forward();
    case "POST issues/N/assignees":
      return assignPull(call, ask);
    case "POST issues/N/comments":
      return refuseLong("IssueComment", body) ?? forward();
    default:
      return forward();
  }
}

async function translate(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { message = "" } = (await answer.clone().json()) as { readonly message?: string };
  return translateRefAnswer(answer.status, message) ?? answer;
}

interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly sha?: string | null;
}

/** Emulate refuses to delete the files of a directory that a file replaces. */
function withoutReplaced(body: Readonly<Record<string, unknown>>): unknown {
  const entries = body["tree"] as readonly Entry[] | undefined;
  if (!Array.isArray(entries)) return body;
  const files = entries.filter(({ sha, type }) => sha !== null && type !== "tree");
  const isReplaced = ({ path, sha }: Entry): boolean =>
    sha === null && files.some((file) => path.startsWith(`${file.path}/`));
  return entries.some(isReplaced)
    ? { ...body, tree: entries.filter((entry: Entry) => !isReplaced(entry)) }
    : undefined;
}
