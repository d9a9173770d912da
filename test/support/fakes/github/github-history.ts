import type { Ask } from "./github-refusals.ts";

/** The commit of a branch; undefined if there is none. */
export async function findBranch(
  top: string,
  branch: string,
  ask: Ask,
): Promise<string | undefined> {
  type Ref = { readonly ref: string; readonly object: { readonly sha: string } };
  const path = `${top}/git/matching-refs/heads/${branch.split("/").map(encodeURIComponent).join("/")}`;
  const found = await ask<readonly Ref[]>("GET", path);
  return found.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
}

/** A commit and all its ancestors, nearest first. */
export async function listAncestors(
  top: string,
  sha: string,
  ask: Ask,
): Promise<ReadonlySet<string>> {
  const found = new Set([sha]);
  for (const commit of found) {
    const { parents } = await ask<{ readonly parents: readonly { readonly sha: string }[] }>(
      "GET",
      `${top}/git/commits/${commit}`,
    );
    for (const parent of parents) found.add(parent.sha);
  }
  return found;
}
