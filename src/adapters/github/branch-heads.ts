import { createAskAgain, type GithubAccess } from "./client.ts";

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

/** All branches by one conditional request, since several of them are asked for together. */
export function createGithubHeads(access: GithubAccess): GithubHeads {
  const askAgain = createAskAgain(access);
  let etag: string | undefined;
  let heads: ReadonlyMap<string, string> = new Map();
  let running: Promise<ReadonlyMap<string, string>> | undefined;
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    const route = "GET /repos/{owner}/{repo}/git/matching-refs/{ref}";
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
