import { lookUpCommit, readGitTree } from "../../../../src/adapters/git-tree.ts";
import type { ChangeCommit } from "../../../../src/core/rollout/state/change-authors.ts";
import type {
  ConfigBranch,
  People,
} from "../../../../src/core/rollout/controller/config-repo-port.ts";
import { isOfFleet } from "../../../../src/core/config-repo/discover-hosts.ts";
import { runGit } from "../../harness/git.ts";

const branch = "main";

/** The config repo's branch in a repository on this disk. */
export function createGitConfig(folder: string): ConfigBranch {
  return {
    readHead: async () => ({ branch, commit: lookUpCommit(folder, branch) ?? "" }),
    readTree: async (commit) => readGitTree({ top: folder, ref: commit, wants: isOfFleet }),
    isAncestor: async (older, newer) =>
      older === newer || runGit(folder, "rev-list", `${newer}..${older}`) === "",
  };
}

/**
 * Fakes what GitHub knows about people: accounts by the e-mail of commits, all of which count as
 * signed, and no pushes.
 */
export function createGitPeople(
  folder: string,
  accounts: Readonly<Record<string, number>>,
): People {
  const accountOf = (mail: string): number | null => accounts[mail] ?? null;
  return {
    readTeam: async () => [],
    readChange: async ({ since, until, paths }) => {
      const known = since.flatMap((commit) => (commit === null ? [] : [`^${commit}`]));
      const from = since.includes(null) ? [] : known;
      const list = (...rest: readonly string[]): readonly string[] =>
        runGit(folder, "log", "--format=%H|%P|%ae|%ce", until, ...from, ...rest)
          .split("\n")
          .filter((line) => line !== "");
      const commits = list().map((line): ChangeCommit => {
        const [sha = "", parents = "", author = "", committer = ""] = line.split("|");
        const made = { author: accountOf(author), committer: accountOf(committer) };
        return { sha, parents: parents.split(" "), ...made, message: "", isVerified: true };
      });
      const touching = list("--", ...paths).map((line) => line.slice(0, line.indexOf("|")));
      return { commits, touching: new Set(touching), moves: [], pulls: new Map() };
    },
  };
}
