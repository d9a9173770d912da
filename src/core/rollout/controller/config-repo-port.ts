import type { AuthoredChange } from "../state/change-authors.ts";
import type { Tree } from "../../config-repo/tree-files.ts";

export interface BranchHead {
  readonly branch: string;
  readonly commit: string;
}

/** The default branch of the config repo, as it is now. All throw HardenError. */
export interface ConfigBranch {
  /** Costs nothing while nothing changed. */
  readonly readHead: () => Promise<BranchHead>;
  /** The fleet's files at a commit, with their bytes. */
  readonly readTree: (commit: string) => Promise<Tree>;
  /** True where the newer commit is the older one, or goes on from it. */
  readonly isAncestor: (older: string, newer: string) => Promise<boolean>;
}

export interface ChangeRange {
  /** Commits that the hosts were last proven at; null for a host that never was. */
  readonly since: readonly (string | null)[];
  readonly until: string;
  readonly branch: string;
  /** Files and folders that the change is about, below the top of the repository. */
  readonly paths: readonly string[];
}

/** Who is who on GitHub. All throw HardenError where it does not tell, or not all. */
export interface People {
  /** GitHub's numbers of the members of `organization/team`. */
  readonly readTeam: (team: string) => Promise<readonly number[]>;
  readonly readChange: (range: ChangeRange) => Promise<AuthoredChange>;
}
