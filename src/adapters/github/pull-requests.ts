import { HardenError } from "../../core/base/errors.ts";
import type { TreeFile } from "../../core/fix/fix-tree.ts";
import { readMark, type FixPullRequest } from "../../core/fix/pull-request.ts";
import type { Commit, GitData, Pulls } from "../../core/fix/sync-pull-request.ts";
import { describeEntry, type GithubTreeEntry } from "./blobs.ts";
import { explainBranch, isAncestor, readHead, type FindHead } from "./branch-heads.ts";
import { GithubError, isRefused } from "./error.ts";
import type { GithubClient } from "./client.ts";
import type { Answered } from "./routes.ts";

/** Options for new pull requests. */
export interface PullOptions {
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly reviewers: readonly string[];
  /** Slugs of teams in the repository's organization. */
  readonly teamReviewers: readonly string[];
}

export function createGithub(
  client: GithubClient,
  options: PullOptions,
): { readonly git: GitData; readonly pulls: Pulls } {
  return { git: createGitData(client), pulls: createPulls(client, options) };
}

const commitRoute = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";

function describeCommit({
  sha,
  message,
  tree,
  parents,
  verification,
}: Answered<typeof commitRoute>): Commit {
  return {
    sha,
    message,
    tree: tree.sha,
    parents: parents.map((parent) => parent.sha),
    // Some servers omit it.
    isVerified: verification?.verified === true,
  };
}

function createGitData(client: GithubClient): GitData {
  const { request } = client;
  return {
    findHead: (branch) => readHead(client, branch),
    readCommit: async (sha) => describeCommit(await request(commitRoute, { commit_sha: sha })),
    readTree: async (tree) => new Map(await listTree(client, tree, "")),
    isAncestor: (sha, of) => isAncestor(client, sha, of),
    writeTree: async ({ base, changes, kept }) => {
      const tree: GithubTreeEntry[] = kept.map(({ path, after }) => {
        return { path, mode: "100644", type: "blob", sha: after };
      });
      for (const change of changes) tree.push(await describeEntry(client, change));
      const made = await request("POST /repos/{owner}/{repo}/git/trees", { base_tree: base, tree });
      return made.sha;
    },
    commit: async ({ branch, head, tree, parents, message }) => {
      // Without an author, GitHub uses the App and signs the commit.
      const body = { message, tree, parents };
      const commit = describeCommit(await request("POST /repos/{owner}/{repo}/git/commits", body));
      try {
        if (head === undefined) {
          const ref = `refs/heads/${branch}`;
          await request("POST /repos/{owner}/{repo}/git/refs", { ref, sha: commit.sha });
        } else {
          const ref = `heads/${branch}`;
          await request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
            ref,
            sha: commit.sha,
            force: false,
          });
        }
      } catch (error) {
        if (!(error instanceof GithubError) || !isRefused(error)) throw error;
        throw (await explainBranch(client, branch, ", or set the input branch-prefix")) ?? error;
      }
      return commit;
    },
  };
}

const treeRoute = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";

/** Reads a tree that GitHub truncates directory by directory. */
async function listTree(
  client: GithubClient,
  tree: string,
  prefix: string,
): Promise<readonly (readonly [string, TreeFile])[]> {
  const whole = await client.request(treeRoute, { tree_sha: tree, recursive: "1" });
  if (!whole.truncated) return listFiles(whole, prefix);
  const level = await client.request(treeRoute, { tree_sha: tree });
  const files = [...listFiles(level, prefix)];
  for (const { path, type, sha } of level.tree) {
    if (type === "tree") files.push(...(await listTree(client, sha, `${prefix}${path}/`)));
  }
  return files;
}

function listFiles(
  { tree }: Answered<typeof treeRoute>,
  prefix: string,
): readonly (readonly [string, TreeFile])[] {
  const files = tree.filter(({ type }) => type !== "tree");
  return files.map(({ path, mode, sha }) => [prefix + path, { mode, sha }]);
}

interface ApiPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly title: string;
  readonly body: string | null;
  readonly head: { readonly ref: string };
}

function describePull(pull: ApiPull): FixPullRequest {
  const { number, html_url: url, merged_at: mergedAt, title, body, head } = pull;
  const closed = mergedAt ? "merged" : "closed";
  const state = pull.state === "open" ? "open" : closed;
  return { number, url, state, title, body: body ?? "", branch: head.ref };
}

const assigneesRoute = "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees";

/** Pages of open pull requests that are searched for ours, a hundred each. */
const maxPages = 10;

function createPulls(
  { owner, request, pages }: GithubClient,
  { draft, labels, assignees, reviewers, teamReviewers }: PullOptions,
): Pulls {
  const find: Pulls["find"] = async ({ branch, base, prefix }) => {
    const pulls = await request("GET /repos/{owner}/{repo}/pulls", {
      head: `${owner}:${branch}`,
      base,
      state: "all",
      sort: "created",
      direction: "desc",
      per_page: 10,
    });
    const found = pulls.map(describePull);
    const open = found.find(({ state }) => state === "open");
    return open ?? (await findRetargeted(base, prefix)) ?? found[0];
  };
  /**
   * GitHub retargets an open pull request if its base is renamed; the fix branch keeps its name.
   */
  const findRetargeted = async (
    base: string,
    prefix: string,
  ): Promise<FixPullRequest | undefined> => {
    let count = 0;
    const query = { base, state: "open" } as const;
    for await (const page of pages("GET /repos/{owner}/{repo}/pulls", query)) {
      const own = page
        // A fork may have a branch with the same name.
        .filter(({ head }) => head.label.startsWith(`${owner}:`))
        .map(describePull)
        .find(({ branch, body }) => branch.startsWith(prefix) && readMark(body, "fix") === "v1");
      if (own !== undefined || ++count === maxPages) return own;
    }
    return undefined;
  };
  return {
    find,
    open: async ({ title, body, branch, base, prefix }) => {
      try {
        const asked = { title, body, head: branch, base, draft };
        return describePull(await request("POST /repos/{owner}/{repo}/pulls", asked));
      } catch (error) {
        // Another run may have opened it just now; GitHub allows only one.
        const other = isRefused(error) ? await find({ branch, base, prefix }) : undefined;
        if (other?.state !== "open") throw error;
        return other;
      }
    },
    change: async (number, text, closing) => {
      if (closing !== undefined) {
        const comment = { issue_number: number, body: closing };
        await request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
      }
      const state = closing === undefined ? {} : { state: "closed" as const };
      const change = { pull_number: number, ...text, ...state };
      await request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", change);
    },
    decorate: async (number) => {
      if (labels.length > 0) {
        const asked = { issue_number: number, labels };
        await request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", asked);
      }
      if (assignees.length > 0) {
        const asked = { issue_number: number, assignees };
        const issue = await request(assigneesRoute, asked);
        // GitHub silently drops assignees without access.
        const set = (issue.assignees ?? []).map(({ login }) => login.toLowerCase());
        const left = assignees.filter((name) => !set.includes(name.toLowerCase()));
        if (left.length > 0) {
          const what = `GitHub did not assign ${left.join(", ")} to the pull request`;
          throw new HardenError("broke", what, "Only people with access can be assigned.");
        }
      }
      if (reviewers.length > 0 || teamReviewers.length > 0) {
        const asked = { pull_number: number, reviewers, team_reviewers: teamReviewers };
        await request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", asked);
      }
      return [labels, assignees, reviewers, teamReviewers].some(({ length }) => length > 0);
    },
  };
}

/** Default of the Action's input branch-prefix. */
const branchPrefix = "sesam-harden/fix/";

/** Seconds after which the state of a branch's pull request is read again. */
const maxAgeSeconds = 300;

export interface FixesOptions {
  /** The branch that the fixes are for. */
  readonly branch: string;
  readonly findHead: FindHead;
  readonly nowSeconds: () => number;
}

/**
 * Returns a reader of the URL of the open fix pull request; null if there is none. It only sends
 * requests if a fix branch moved, and from time to time. Throws HardenError.
 */
export function createGithubFixes(
  { owner, conditional }: GithubClient,
  { branch, findHead, nowSeconds }: FixesOptions,
): () => Promise<string | null> {
  const name = branchPrefix + branch;
  let known:
    | { readonly commit: string; readonly at: number; readonly url: string | null }
    | undefined;
  return async () => {
    const commit = await findHead(name);
    if (commit === undefined) return null;
    if (known?.commit === commit && nowSeconds() - known.at < maxAgeSeconds) return known.url;
    const asked = { state: "open", head: `${owner}:${name}`, per_page: 1 } as const;
    const [pull] = await conditional("GET /repos/{owner}/{repo}/pulls", asked);
    const url = pull?.html_url ?? null;
    known = { commit, at: nowSeconds(), url };
    return url;
  };
}
