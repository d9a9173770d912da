import { HardenError } from "../../core/base/errors.ts";
import { hasReason, isMissing, misshapen } from "./error.ts";
import type { GithubClient } from "./client.ts";

/** Commit of a branch as it is now; undefined where there is none. Throws HardenError. */
export type FindHead = (branch: string) => Promise<string | undefined>;

const prefix = "refs/heads/";

/**
 * Commits of the branches whose names begin like that; costs nothing while nothing changed. It throws
 * for a repository that the token may not see, which GitHub would not tell from a missing branch.
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
    // An empty repository has none.
    if (hasReason(error, "conflict")) return new Map();
    throw error;
  }
}

/** Asks for the branch alone. */
export function createHeads(client: GithubClient): FindHead {
  return async (branch) => (await readHeads(client, branch)).get(branch);
}

/** Asks for all branches at once, where several are asked for together; these share an answer. */
export function createAllHeads(client: GithubClient): FindHead {
  let running: Promise<ReadonlyMap<string, string>> | undefined;
  return async (branch) => {
    running ??= readHeads(client, "").finally(() => {
      running = undefined;
    });
    return (await running).get(branch);
  };
}

/** The same for a repository that the token surely sees: one short answer, however many branches. */
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
 * git cannot have a branch `a/b` next to a branch `a`, and GitHub refuses the second one without
 * naming the first. Gives the error that names it; undefined where no branch is in the way, or where
 * that cannot be read: what only explains a refusal does not take its place.
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

/** Whether a newer commit, or a branch, goes on from the older one; false also where one is not known. */
export async function isAncestor(
  { request }: GithubClient,
  older: string,
  newer: string,
): Promise<boolean> {
  if (older === newer) return true;
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    // The first page would list the files too.
    const asked = { basehead: `${older}...${newer}`, per_page: 1, page: 2 };
    const { status } = await request(route, asked);
    return status === "ahead" || status === "identical";
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
