import { HardenError } from "../../core/base/errors.ts";
import { hasReason, isMissing, misshapen } from "./error.ts";
import type { GithubClient } from "./client.ts";

/** Current commit of a branch; undefined if it does not exist. Throws HardenError. */
export type FindHead = (branch: string) => Promise<string | undefined>;

const prefix = "refs/heads/";

/**
 * Commits of the branches whose names start with a prefix; free if nothing changed. Throws for a
 * repository that the token cannot see, which GitHub does not distinguish from a missing branch.
 */
export async function readHeads(
  { conditional }: GithubClient,
  beginning: string,
): Promise<ReadonlyMap<string, string>> {
  const route = "GET /repos/{owner}/{repo}/git/matching-refs/{ref}";
  try {
    const refs = await conditional(route, { ref: `heads/${beginning}` });
    if (!Array.isArray(refs)) throw misshapen("branches");
    return new Map(refs.map(({ ref, object }) => [ref.slice(prefix.length), object.sha]));
  } catch (error) {
    // An empty repository has no branches.
    if (hasReason(error, "conflict")) return new Map();
    throw error;
  }
}

/** Requests only this branch. */
export function createHeads(client: GithubClient): FindHead {
  return async (branch) => (await readHeads(client, branch)).get(branch);
}

/** Requests all branches with one call; concurrent callers share the answer. */
export function createAllHeads(client: GithubClient): FindHead {
  let running: Promise<ReadonlyMap<string, string>> | undefined;
  return async (branch) => {
    running ??= readHeads(client, "").finally(() => {
      running = undefined;
    });
    return (await running).get(branch);
  };
}

/**
 * The same for a repository that the token can see: one short answer for any number of branches.
 */
export async function readHead(
  { request }: GithubClient,
  branch: string,
): Promise<string | undefined> {
  try {
    const { object } = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
      ref: `heads/${branch}`,
    });
    return object.sha;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Git cannot have a branch `a/b` together with a branch `a`, and GitHub refuses the second one
 * without naming the first. Returns the error that names it; undefined if no branch conflicts, or
 * if that cannot be read, so that the original refusal is reported.
 */
export async function explainBranch(
  client: GithubClient,
  branch: string,
  advice = "",
): Promise<HardenError | undefined> {
  const other = await findInTheWay(client, branch).catch(() => undefined);
  if (other === undefined) return undefined;
  return new HardenError(
    "broke",
    `branch ${other} conflicts with ${branch}: Git cannot have both`,
    `Rename or delete ${other}${advice}.`,
  );
}

async function findInTheWay(client: GithubClient, branch: string): Promise<string | undefined> {
  const parts = branch.split("/");
  for (let count = 1; count < parts.length; count++) {
    const above = parts.slice(0, count).join("/");
    if ((await readHead(client, above)) !== undefined) return above;
  }
  const below = await readHeads(client, `${branch}/`);
  return below.keys().next().value;
}

/** Whether a newer commit or a branch descends from the older one; false also if one is unknown. */
export async function isAncestor(
  { request }: GithubClient,
  older: string,
  newer: string,
): Promise<boolean> {
  if (older === newer) return true;
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    // The first page would also list the files.
    const asked = { basehead: `${older}...${newer}`, per_page: 1, page: 2 };
    const { status } = await request(route, asked);
    return status === "ahead" || status === "identical";
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
