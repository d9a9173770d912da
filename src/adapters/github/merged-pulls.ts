import type { MergedPull, BranchMove } from "../../core/rollout/state/change-authors.ts";
import type { GithubClient } from "./client.ts";
import type { Listed } from "./routes.ts";

const listRoute = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";

type ApiPull = Listed<typeof listRoute>;

/** A commit in more than a hundred pull requests does not occur. */
const maxPages = 1;

export type ReadPulls = (sha: string) => Promise<readonly MergedPull[]>;

/** The merged pull requests of a commit. Cached, because a merge is permanent. */
export function createPullReader(client: GithubClient): ReadPulls {
  const pulls = new Map<string, readonly ApiPull[]>();
  const known = new Map<number, MergedPull>();
  const readMerged = async (sha: string): Promise<readonly ApiPull[]> => {
    const before = pulls.get(sha);
    if (before !== undefined) return before;
    const { items } = await client.list(listRoute, { commit_sha: sha }, maxPages);
    const merged = items.filter(({ merged_at: at }) => at !== null);
    if (merged.length > 0) pulls.set(sha, merged);
    return merged;
  };
  return async (sha) => {
    const found: MergedPull[] = [];
    for (const pull of await readMerged(sha)) {
      const before = known.get(pull.number);
      const described = before ?? (await describePull(pull, client));
      if (described.pushes.length > 0) known.set(pull.number, described);
      found.push(described);
    }
    return found;
  };
}

async function describePull(
  { user, head, base }: ApiPull,
  client: GithubClient,
): Promise<MergedPull> {
  const opener = user?.id ?? null;
  // Only the fork knows who pushed to it.
  if (head.repo?.id !== base.repo.id) return { opener, pushes: [] };
  const { moves, isWhole } = await readActivity(client, head.ref);
  // The oldest: restoring a deleted branch counts as a push of other people's commits.
  const last = moves.findLastIndex(({ after }) => after === head.sha);
  return { opener, pushes: isWhole && last >= 0 ? moves.slice(last) : [] };
}

const maxActivityPages = 50;

/** The moves of a branch, newest first, back to all wanted commits or to its start. */
export async function readActivity(
  { pages }: GithubClient,
  branch: string,
  wanted: readonly string[] = [],
): Promise<{ readonly moves: readonly BranchMove[]; readonly isWhole: boolean }> {
  const moves: BranchMove[] = [];
  const open = new Set(wanted);
  const isBased = open.size > 0;
  let count = 0;
  const route = "GET /repos/{owner}/{repo}/activity";
  for await (const page of pages(route, { ref: `refs/heads/${branch}` })) {
    if (++count > maxActivityPages) return { moves, isWhole: false };
    for (const { before, after, activity_type: type, actor } of page) {
      moves.push({ before, after, actor: actor?.id ?? null, isForced: type === "force_push" });
      open.delete(after);
    }
    if (isBased && open.size === 0) break;
  }
  return { moves, isWhole: true };
}
