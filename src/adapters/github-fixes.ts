import { createAskAgain, type GithubAccess } from "./github-request.ts";

/** As the Action's input branch-prefix has it by default. */
const branchPrefix = "sesam-harden/fix/";

/**
 * Gives a reader of the address of the open pull request with fixes for a branch; null where there
 * is none. Costs nothing while nothing changed. Throws HardenError as requests do.
 */
export function createGithubFixes(
  access: GithubAccess,
  branch: string,
): () => Promise<string | null> {
  const askAgain = createAskAgain(access);
  let known: { readonly etag: string | undefined; readonly url: string | null } | undefined;
  return async () => {
    const head = `${access.owner}:${branchPrefix}${branch}`;
    const asked = { state: "open", head, per_page: 1 };
    const answer = await askAgain("GET /repos/{owner}/{repo}/pulls", asked, known?.etag);
    if (answer.kind === "same") return known?.url ?? null;
    const [pull] = answer.data as readonly { readonly html_url: string }[];
    known = { etag: answer.etag, url: pull?.html_url ?? null };
    return known.url;
  };
}
