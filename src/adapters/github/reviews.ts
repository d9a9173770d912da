import type { Reviews } from "../../core/fix/post-suggestions.ts";
import { createAsk, type Ask, type GithubOptions } from "./client.ts";

const pageSize = 100;
/** GitHub lists at most 3,000 files of a pull request. */
const maxPages = 30;

export function createReviews(options: GithubOptions): Reviews {
  const ask = createAsk(options);
  return {
    listPatches: async (number) => {
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
      const files = await readPages<{ filename: string; patch?: string }>(ask, route, number);
      return new Map(files.map(({ filename, patch }) => [filename, patch]));
    },
    listComments: async (number) => {
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments";
      const comments = await readPages<{ body: string }>(ask, route, number);
      return comments.map(({ body }) => body);
    },
    review: async ({ number, sha, body, comments }) => {
      await ask("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
        pull_number: number,
        commit_id: sha,
        event: "COMMENT",
        body,
        comments: comments.map(({ path, startLine, line, body: text }) => ({
          path,
          line,
          side: "RIGHT",
          body: text,
          ...(startLine < line ? { start_line: startLine, start_side: "RIGHT" } : {}),
        })),
      });
    },
  };
}

async function readPages<Item>(ask: Ask, route: string, number: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const data = await ask(route, { pull_number: number, per_page: pageSize, page });
    const fresh = data as readonly Item[];
    items.push(...fresh);
    if (fresh.length < pageSize) break;
  }
  return items;
}
