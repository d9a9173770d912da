import type { FileChange } from "../core/fix/file-change.ts";
import type { FixPullRequest } from "../core/fix/pull-request.ts";
import { HardenError } from "../core/harden-error.ts";
import type { Commit, GitData, Pulls } from "../usecases/fix-pull-request.ts";
import { describeEntry } from "./github-blobs.ts";
import {
  createAsk,
  isMissing,
  isRefused,
  rerun,
  type Ask,
  type GithubOptions,
} from "./github-request.ts";

export function createGithub(options: GithubOptions): {
  readonly git: GitData;
  readonly pulls: Pulls;
} {
  const ask = createAsk(options);
  return { git: createGitData(ask, options), pulls: createPulls(ask, options) };
}

interface ApiCommit {
  readonly sha: string;
  readonly message: string;
  readonly tree: { readonly sha: string };
  readonly verification?: { readonly verified?: boolean };
}

function describeCommit(data: unknown): Commit {
  const { sha, message, tree, verification } = data as ApiCommit;
  return { sha, message, tree: tree.sha, isVerified: verification?.verified === true };
}

function createGitData(ask: Ask, { sha1 }: GithubOptions): GitData {
  return {
    findHead: async (branch) => {
      try {
        const data = await ask("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ref: `heads/${branch}`,
        });
        return (data as { object: { sha: string } }).object.sha;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    readCommit: async (sha) =>
      describeCommit(
        await ask("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: sha }),
      ),
    writeTree: async ({ tree }, changes) => {
      await compareWithTree(ask, tree, changes, sha1);
      const entries = [];
      for (const change of changes) entries.push(await describeEntry(ask, change));
      const made = await ask("POST /repos/{owner}/{repo}/git/trees", {
        base_tree: tree,
        tree: entries,
      });
      return (made as { sha: string }).sha;
    },
    commit: async ({ branch, head, tree, parents, message }) => {
      // Without an author GitHub takes the App itself, and signs the commit.
      const body = { message, tree, parents };
      const commit = describeCommit(await ask("POST /repos/{owner}/{repo}/git/commits", body));
      try {
        if (head === undefined) {
          const ref = `refs/heads/${branch}`;
          await ask("POST /repos/{owner}/{repo}/git/refs", { ref, sha: commit.sha });
        } else {
          const ref = `heads/${branch}`;
          await ask("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
            ref,
            sha: commit.sha,
            force: false,
          });
        }
      } catch (error) {
        if (!isRefused(error)) throw error;
        const text = `the branch ${branch} changed meanwhile, or is protected`;
        throw new HardenError("broke", text, `Nothing was overwritten. ${rerun}`, { cause: error });
      }
      return commit;
    },
  };
}

/** What is at the base must be what was read: else the fix would take somebody's change back. */
async function compareWithTree(
  ask: Ask,
  tree: string,
  changes: readonly FileChange[],
  sha1: (bytes: string) => string,
): Promise<void> {
  const parameters = { tree_sha: tree, recursive: "1" };
  const data = await ask("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", parameters);
  const { tree: entries } = data as { tree: readonly { path: string; sha: string }[] };
  const known = new Map(entries.map(({ path, sha }) => [path, sha]));
  for (const { path, before } of changes) {
    const expected = before === undefined ? undefined : sha1(`blob ${before.length}\0${before}`);
    if (known.get(path) === expected) continue;
    throw new HardenError(
      "broke",
      `${path} is not what was checked out, so no fix was made`,
      "Check out the commit of the run, and let nothing change the files before this step.",
    );
  }
}

interface ApiPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly body?: string | null;
}

function describePull(data: unknown): FixPullRequest {
  const { number, html_url: url, state, merged_at: mergedAt, body } = data as ApiPull;
  const closed = mergedAt ? "merged" : "closed";
  return { number, url, state: state === "open" ? "open" : closed, body: body ?? "" };
}

function createPulls(ask: Ask, { owner, draft, labels, reviewers }: GithubOptions): Pulls {
  const find: Pulls["find"] = async (branch, base) => {
    const data = await ask("GET /repos/{owner}/{repo}/pulls", {
      head: `${owner}:${branch}`,
      base,
      state: "all",
      sort: "created",
      direction: "desc",
      per_page: 10,
    });
    const found = (data as readonly unknown[]).map(describePull);
    return found.find(({ state }) => state === "open") ?? found[0];
  };
  return {
    find,
    open: async ({ title, body, branch, base }) => {
      try {
        const request = { title, body, head: branch, base, draft };
        return describePull(await ask("POST /repos/{owner}/{repo}/pulls", request));
      } catch (error) {
        // Another run may have opened it in this moment; there is only ever one.
        const other = isRefused(error) ? await find(branch, base) : undefined;
        if (other?.state !== "open") throw error;
        return other;
      }
    },
    change: async (number, body, closing) => {
      if (closing !== undefined) {
        const comment = { issue_number: number, body: closing };
        await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
      }
      const state = closing === undefined ? {} : { state: "closed" };
      const change = { pull_number: number, body, ...state };
      await ask("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", change);
    },
    decorate: async (number) => {
      if (labels.length > 0) {
        const request = { issue_number: number, labels };
        await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", request);
      }
      if (reviewers.length > 0) {
        const request = { pull_number: number, reviewers };
        await ask("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", request);
      }
      return labels.length > 0 || reviewers.length > 0;
    },
  };
}
