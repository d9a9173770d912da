import { HardenError } from "../../core/base/errors.ts";
import { createAskAgain, type Ask, type GithubAccess } from "./client.ts";

/** Commits of the branches by name, as they are now. */
export interface GithubHeads {
  /** Costs nothing while nothing changed; who asks at once shares an answer. Throws HardenError. */
  readonly read: () => Promise<ReadonlyMap<string, string>>;
}

interface ApiRef {
  readonly ref: string;
  readonly object: { readonly sha: string };
}

const prefix = "refs/heads/";
const route = "GET /repos/{owner}/{repo}/git/matching-refs/{ref}";

/** All branches by one conditional request, since several of them are asked for together. */
export function createGithubHeads(access: GithubAccess): GithubHeads {
  const askAgain = createAskAgain(access);
  let etag: string | undefined;
  let heads: ReadonlyMap<string, string> = new Map();
  let running: Promise<ReadonlyMap<string, string>> | undefined;
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    const answer = await askAgain(route, { ref: "heads/" }, etag);
    if (answer.kind === "same") return heads;
    ({ etag } = answer);
    heads = new Map(
      (answer.data as readonly ApiRef[]).map(({ ref, object }) => [
        ref.slice(prefix.length),
        object.sha,
      ]),
    );
    return heads;
  };
  return {
    read: async () => {
      running ??= read().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

/**
 * git cannot have a branch `a/b` next to a branch `a`, and GitHub refuses the second one without
 * naming the first. Gives the error that names it; undefined where no branch is in the way.
 */
export async function explainBranch(
  ask: Ask,
  branch: string,
  advice = "",
): Promise<HardenError | undefined> {
  const [first = ""] = branch.split("/");
  const refs = (await ask(route, { ref: `heads/${first}` })) as readonly ApiRef[];
  const other = refs
    .map(({ ref }) => ref.slice(prefix.length))
    .find((name) => branch.startsWith(`${name}/`) || name.startsWith(`${branch}/`));
  if (other === undefined) return undefined;
  return new HardenError(
    "broke",
    `the branch ${other} is in the way of ${branch}: git cannot have both`,
    `Rename or delete ${other}${advice}.`,
  );
}
