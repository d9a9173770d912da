import type { TreeFile } from "../../core/fix/fix-tree.ts";
import { readMark, type FixPullRequest } from "../../core/fix/pull-request.ts";
import type { Commit, GitData, Pulls } from "../../core/fix/sync-pull-request.ts";
import { describeEntry } from "./blobs.ts";
import { explainBranch } from "./branch-heads.ts";
import { GithubError, isMissing, isRefused } from "./error.ts";
import { createAsk, type Ask, type GithubOptions } from "./client.ts";

export function createGithub(options: GithubOptions): {
  readonly git: GitData;
  readonly pulls: Pulls;
} {
  const ask = createAsk(options);
  return { git: createGitData(ask), pulls: createPulls(ask, options) };
}

interface ApiCommit {
  readonly sha: string;
  readonly message: string;
  readonly tree: { readonly sha: string };
  readonly parents: readonly { readonly sha: string }[];
  readonly verification?: { readonly verified?: boolean };
}

function describeCommit(data: unknown): Commit {
  const { sha, message, tree, parents, verification } = data as ApiCommit;
  return {
    sha,
    message,
    tree: tree.sha,
    parents: parents.map((parent) => parent.sha),
    isVerified: verification?.verified === true,
  };
}

function createGitData(ask: Ask): GitData {
  return {
    findHead: (branch) => findHead(ask, branch),
    readCommit: async (sha) =>
      describeCommit(
        await ask("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: sha }),
      ),
    readTree: async (tree) => new Map(await listTree(ask, tree, "")),
    isAncestor: async (sha, of) => {
      const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
      const parameters = { basehead: `${sha}...${of}`, per_page: 1, page: 2 };
      const { status } = (await ask(route, parameters)) as { readonly status: string };
      return status === "ahead" || status === "identical";
    },
    writeTree: async ({ base, changes, kept }) => {
      const entries: unknown[] = kept.map(({ path, after }) => {
        return { path, mode: "100644", type: "blob", sha: after };
      });
      for (const change of changes) entries.push(await describeEntry(ask, change));
      const made = await ask("POST /repos/{owner}/{repo}/git/trees", {
        base_tree: base,
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
        if (!(error instanceof GithubError) || !isRefused(error)) throw error;
        throw (await explainBranch(ask, branch, ", or set the input branch-prefix")) ?? error;
      }
      return commit;
    },
  };
}

async function findHead(ask: Ask, branch: string): Promise<string | undefined> {
  try {
    const ref = `heads/${branch}`;
    const data = await ask("GET /repos/{owner}/{repo}/git/ref/{ref}", { ref });
    return (data as { object: { sha: string } }).object.sha;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

interface ApiTree {
  readonly truncated?: boolean;
  readonly tree: readonly {
    readonly path: string;
    readonly mode: string;
    readonly type: string;
    readonly sha: string;
  }[];
}

/** A tree that GitHub cuts off is read directory by directory. */
async function listTree(
  ask: Ask,
  tree: string,
  prefix: string,
): Promise<readonly (readonly [string, TreeFile])[]> {
  const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
  const whole = (await ask(route, { tree_sha: tree, recursive: "1" })) as ApiTree;
  if (whole.truncated !== true) return listFiles(whole, prefix);
  const level = (await ask(route, { tree_sha: tree })) as ApiTree;
  const files = [...listFiles(level, prefix)];
  for (const { path, type, sha } of level.tree) {
    if (type === "tree") files.push(...(await listTree(ask, sha, `${prefix}${path}/`)));
  }
  return files;
}

function listFiles({ tree }: ApiTree, prefix: string): readonly (readonly [string, TreeFile])[] {
  const files = tree.filter(({ type }) => type !== "tree");
  return files.map(({ path, mode, sha }) => [prefix + path, { mode, sha }]);
}

interface ApiPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly title?: string;
  readonly body?: string | null;
  readonly head?: { readonly ref?: string; readonly label?: string };
}

function describePull(data: unknown): FixPullRequest {
  const {
    number,
    html_url: url,
    merged_at: mergedAt,
    title,
    body,
    head,
    ...pull
  } = data as ApiPull;
  const closed = mergedAt ? "merged" : "closed";
  return {
    number,
    url,
    state: pull.state === "open" ? "open" : closed,
    title: title ?? "",
    body: body ?? "",
    branch: head?.ref ?? "",
  };
}

/** Open pull requests that are looked through for one of ours, by hundreds. */
const maxPages = 10;

function createPulls(ask: Ask, { owner, draft, labels, reviewers }: GithubOptions): Pulls {
  const find: Pulls["find"] = async ({ branch, base, prefix }) => {
    const data = await ask("GET /repos/{owner}/{repo}/pulls", {
      head: `${owner}:${branch}`,
      base,
      state: "all",
      sort: "created",
      direction: "desc",
      per_page: 10,
    });
    const found = (data as readonly unknown[]).map(describePull);
    const open = found.find(({ state }) => state === "open");
    return open ?? (await findRetargeted(base, prefix)) ?? found[0];
  };
  /** GitHub retargets an open pull request where its base is renamed; the name of its branch stays. */
  const findRetargeted = async (
    base: string,
    prefix: string,
  ): Promise<FixPullRequest | undefined> => {
    for (let page = 1; page <= maxPages; page++) {
      const query = { base, state: "open", per_page: 100, page };
      const list = (await ask("GET /repos/{owner}/{repo}/pulls", query)) as readonly ApiPull[];
      const own = list
        // A fork may have a branch of the same name.
        .filter(({ head }) => (head?.label ?? `${owner}:`).startsWith(`${owner}:`))
        .map(describePull)
        .find(({ branch, body }) => branch.startsWith(prefix) && readMark(body, "fix") === "v1");
      if (own !== undefined || list.length < 100) return own;
    }
    return undefined;
  };
  return {
    find,
    open: async ({ title, body, branch, base, prefix }) => {
      try {
        const request = { title, body, head: branch, base, draft };
        return describePull(await ask("POST /repos/{owner}/{repo}/pulls", request));
      } catch (error) {
        // Another run may have opened it in this moment; there is only ever one.
        const other = isRefused(error) ? await find({ branch, base, prefix }) : undefined;
        if (other?.state !== "open") throw error;
        return other;
      }
    },
    change: async (number, text, closing) => {
      if (closing !== undefined) {
        const comment = { issue_number: number, body: closing };
        await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
      }
      const state = closing === undefined ? {} : { state: "closed" };
      const change = { pull_number: number, ...text, ...state };
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
