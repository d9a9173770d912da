import type { MergedPull } from "../../core/rollout/state/change-authors.ts";
import { readActivity } from "./activity.ts";
import type { Ask, AskPage } from "./client.ts";

interface ApiPull {
  readonly number: number;
  readonly merged_at: string | null;
  readonly user: { readonly id: number } | null;
  readonly head: {
    readonly ref: string;
    readonly sha: string;
    /** Null where a fork was deleted. */
    readonly repo: { readonly id: number } | null;
  };
  readonly base: { readonly repo: { readonly id: number } };
}

export type ReadPulls = (sha: string) => Promise<readonly MergedPull[]>;

/** The merged pull requests of a commit. What is merged stays so, and is asked for once. */
export function createPullReader(ask: Ask, askPage: AskPage): ReadPulls {
  const pulls = new Map<string, readonly ApiPull[]>();
  const known = new Map<number, MergedPull>();
  const readMerged = async (sha: string): Promise<readonly ApiPull[]> => {
    const before = pulls.get(sha);
    if (before !== undefined) return before;
    const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
    const data = await ask(route, { commit_sha: sha, per_page: 100 });
    const merged = (data as readonly ApiPull[]).filter(({ merged_at: at }) => at !== null);
    if (merged.length > 0) pulls.set(sha, merged);
    return merged;
  };
  return async (sha) => {
    const found: MergedPull[] = [];
    for (const pull of await readMerged(sha)) {
      const before = known.get(pull.number);
      const described = before ?? (await describePull(pull, askPage));
      if (described.pushes.length > 0) known.set(pull.number, described);
      found.push(described);
    }
    return found;
  };
}

async function describePull({ user, head, base }: ApiPull, askPage: AskPage): Promise<MergedPull> {
  const opener = user?.id ?? null;
  // What is pushed to a fork is known to that repository only.
  if (head.repo?.id !== base.repo.id) return { opener, pushes: [] };
  const { moves, isWhole } = await readActivity(askPage, head.ref);
  // The oldest: a branch that was deleted and restored is pushed again, with what others made.
  const last = moves.findLastIndex(({ after }) => after === head.sha);
  return { opener, pushes: isWhole && last >= 0 ? moves.slice(last) : [] };
}
