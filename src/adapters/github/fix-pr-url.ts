import type { GithubHeads } from "./branch-heads.ts";
import { createAskAgain, type GithubAccess } from "./client.ts";

/** As the Action's input branch-prefix has it by default. */
const branchPrefix = "sesam-harden/fix/";
/** Seconds after which it is asked again whether the pull request of a branch is still open. */
const longest = 300;

export interface FixesOptions {
  /** That the fixes are for. */
  readonly branch: string;
  readonly heads: GithubHeads;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/**
 * Gives a reader of the address of the open pull request with fixes; null where there is none. Asks
 * only where there is a branch of fixes that moved, and now and then. Throws HardenError.
 */
export function createGithubFixes(
  access: GithubAccess,
  { branch, heads, now }: FixesOptions,
): () => Promise<string | null> {
  const askAgain = createAskAgain(access);
  const name = branchPrefix + branch;
  let etag: string | undefined;
  let known:
    | { readonly commit: string; readonly at: number; readonly url: string | null }
    | undefined;
  return async () => {
    const commit = (await heads.read()).get(name);
    if (commit === undefined) return null;
    if (known?.commit === commit && now() - known.at < longest) return known.url;
    const asked = { state: "open", head: `${access.owner}:${name}`, per_page: 1 };
    const answer = await askAgain("GET /repos/{owner}/{repo}/pulls", asked, etag);
    const before = known?.url ?? null;
    const url = answer.kind === "same" ? before : addressOf(answer.data);
    if (answer.kind === "changed") ({ etag } = answer);
    known = { commit, at: now(), url };
    return url;
  };
}

function addressOf(data: unknown): string | null {
  const [pull] = data as readonly { readonly html_url: string }[];
  return pull?.html_url ?? null;
}
