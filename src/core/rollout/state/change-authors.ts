import { readWholeNumber } from "../../base/text.ts";

/** A commit with GitHub ids of its author and committer; null for a person unknown to GitHub. */
export interface ChangeCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: number | null;
  readonly committer: number | null;
  readonly message: string;
  /** GitHub verified its signature. Names in unsigned commits are only claims. */
  readonly isVerified: boolean;
}

/** A push or a merge moved a branch from one commit to another. */
export interface BranchMove {
  readonly before: string;
  readonly after: string;
  readonly actor: number | null;
  /** A force push: the new commit need not descend from the old one. */
  readonly isForced: boolean;
}

/** A pull request that was merged. */
export interface MergedPull {
  readonly opener: number | null;
  /**
   * Pushes to its branch, newest first, from its last commit on; empty if GitHub does not report
   * them.
   */
  readonly pushes: readonly BranchMove[];
}

export interface AuthoredChange {
  /** All commits since the last verified ones. */
  readonly commits: readonly ChangeCommit[];
  /** SHAs of the commits that touch planned files. */
  readonly touching: ReadonlySet<string>;
  /** Of the default branch. */
  readonly moves: readonly BranchMove[];
  /** The pull requests that contain the commits touching planned files. */
  readonly pulls: ReadonlyMap<string, readonly MergedPull[]>;
}

/**
 * Returns everyone who wrote, proposed, pushed or merged a part of a change; null is a person
 * unknown to GitHub. Git does not verify names, so names in commits only add to the accounts that
 * GitHub saw act.
 */
export function listAuthors(
  { commits, touching, moves, pulls }: AuthoredChange,
  requiresSignatures = false,
): readonly (number | null)[] {
  const accounts = new Set<number | null>();
  const known = new Set(commits.map(({ sha }) => sha));
  for (const { sha, author, committer, message, isVerified } of commits) {
    if (!touching.has(sha)) continue;
    for (const account of [author, committer, ...readCoAuthors(message)]) accounts.add(account);
    const seen = (pulls.get(sha) ?? []).flatMap((pull) => [
      pull.opener,
      ...listPushers(pull, known),
    ]);
    for (const account of seen) if (account !== null || !isVerified) accounts.add(account);
    if (!isVerified && (seen.length === 0 || requiresSignatures)) accounts.add(null);
  }
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents]));
  for (const { before, after, actor } of moves) {
    const old = reach(before, parents, new Set());
    const brought = reach(after, parents, old);
    if ([...brought].some((sha) => touching.has(sha))) accounts.add(actor);
  }
  return [...accounts];
}

/**
 * Who pushed to the branch of a pull request since its creation, or since it last pointed at a
 * commit outside the change.
 */
function listPushers(
  { pushes }: MergedPull,
  known: ReadonlySet<string>,
): readonly (number | null)[] {
  const pushers: (number | null)[] = [];
  for (const { before, after, actor, isForced } of pushes) {
    pushers.push(actor);
    const isOld = !isForced && known.has(after) && !known.has(before);
    if (isOld || /^0+$/.test(before)) return pushers;
  }
  return [...pushers, null];
}

/** A commit and its known ancestors, without those to leave out. */
function reach(
  from: string,
  parents: ReadonlyMap<string, readonly string[]>,
  without: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const next = parents.get(sha);
    if (next === undefined || found.has(sha) || without.has(sha)) continue;
    found.add(sha);
    open.push(...next);
  }
  return found;
}

/** GitHub identifies co-authors only by e-mail; its noreply addresses contain the account id. */
function readCoAuthors(message: string): readonly (number | null)[] {
  const trailers = message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]*)>/gim);
  return [...trailers].map(([, email = ""]) => {
    const [, number = ""] = /^([0-9]+)\+[^@]*@users\.noreply\./i.exec(email) ?? [];
    return readWholeNumber(number) ?? null;
  });
}
