import type { BranchMove } from "../../core/rollout/state/change-authors.ts";
import type { AskPage } from "./client.ts";

interface ApiActivity {
  readonly before: string;
  readonly after: string;
  readonly activity_type: string;
  readonly actor: { readonly id?: number } | null;
}

const maxPages = 50;

/** How a branch moved, newest first, as far back as all the commits to find, or to its start. */
export async function readActivity(
  askPage: AskPage,
  branch: string,
  wanted: readonly string[] = [],
): Promise<{ readonly moves: readonly BranchMove[]; readonly isWhole: boolean }> {
  const moves: BranchMove[] = [];
  const open = new Set(wanted);
  const isBased = open.size > 0;
  let after: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const cursor = after === undefined ? {} : { after };
    const query = { ref: `refs/heads/${branch}`, per_page: 100, ...cursor };
    const answer = await askPage("GET /repos/{owner}/{repo}/activity", query);
    for (const move of answer.data as readonly ApiActivity[]) {
      moves.push({
        before: move.before,
        after: move.after,
        actor: move.actor?.id ?? null,
        isForced: move.activity_type === "force_push",
      });
      open.delete(move.after);
    }
    after = answer.after;
    if (after === undefined || (isBased && open.size === 0)) return { moves, isWhole: true };
  }
  return { moves, isWhole: false };
}
