import type { AuthoredChange } from "../state/change-authors.ts";
import type { Tree } from "../../config-repo/tree-files.ts";

export interface BranchHead {
  readonly branch: string;
  readonly commit: string;
}

/** The default branch of the config repo, as it is now. All methods throw HardenError. */
export interface ConfigBranch {
  /** Free if nothing changed. */
  readonly readHead: () => Promise<BranchHead>;
  /** The fleet's files at a commit, with their bytes. */
  readonly readTree: (commit: string) => Promise<Tree>;
  /** True if the newer commit equals the older one or descends from it. */
  readonly isAncestor: (older: string, newer: string) => Promise<boolean>;
}

export interface ChangeRange {
  /** Commits at which the hosts were last verified; null for a host that never was. */
  readonly since: readonly (string | null)[];
  readonly until: string;
  readonly branch: string;
  /** Files and directories of the change, relative to the root of the repository. */
  readonly paths: readonly string[];
}

/**
 * Teams and authors on GitHub. All methods throw HardenError if GitHub does not return the full
 * answer.
 */
export interface People {
  /** GitHub ids of the members of `organization/team`. */
  readonly readTeam: (team: string) => Promise<readonly number[]>;
  readonly readChange: (range: ChangeRange) => Promise<AuthoredChange>;
}
