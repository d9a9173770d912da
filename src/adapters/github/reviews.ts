import type { Reviews } from "../../core/fix/post-suggestions.ts";
import type { GithubClient } from "./client.ts";

/** GitHub lists at most 3,000 files of a pull request. */
const maxPages = 30;

export function createReviews({ request, list }: GithubClient): Reviews {
  return {
    listPatches: async (number) => {
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
      const { items } = await list(route, { pull_number: number }, maxPages);
      return new Map(items.map(({ filename, patch }) => [filename, patch]));
    },
    listComments: async (number) => {
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments";
      const { items } = await list(route, { pull_number: number }, maxPages);
      return items.map(({ body }) => body);
    },
    review: async ({ number, sha, body, comments }) => {
      await request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
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
