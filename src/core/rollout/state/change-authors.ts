import { readWholeNumber } from "../../base/text.ts";

/** A commit, with GitHub's numbers of who made it; null for somebody whom GitHub does not know. */
export interface ChangeCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: number | null;
  readonly committer: number | null;
  readonly message: string;
  /** GitHub has checked its signature. Names in others are only claims. */
  readonly isVerified: boolean;
}

/** A branch went from one commit to another, by a push or a merge. */
export interface BranchMove {
  readonly before: string;
  readonly after: string;
  readonly actor: number | null;
  /** The new commit need not go on from the old one. */
  readonly isForced: boolean;
}

/** A pull request that was merged. */
export interface MergedPull {
  readonly opener: number | null;
  /** Of its branch, newest first, from its last commit on; empty where GitHub does not tell. */
  readonly pushes: readonly BranchMove[];
}

export interface AuthoredChange {
  /** All commits from the last proven ones on. */
  readonly commits: readonly ChangeCommit[];
  /** Names of those that touch what is planned. */
  readonly touching: ReadonlySet<string>;
  /** Of the default branch. */
  readonly moves: readonly BranchMove[];
  /** What brought each of the commits that touch what is planned. */
  readonly pulls: ReadonlyMap<string, readonly MergedPull[]>;
}

/**
 * Everybody who wrote, proposed, pushed or merged a part of a change; null stands for a person
 * whom GitHub does not know. Git lets its user claim any name, so names only add to those whom
 * GitHub has seen act.
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

/** Who pushed the branch of a pull request, since it began or went on from what is not the change. */
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

/** The commit and all before it, as far as they are known, but for those to leave out. */
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

/** GitHub names accounts in trailers by e-mail alone; its own form of that holds the number. */
function readCoAuthors(message: string): readonly (number | null)[] {
  const trailers = message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]*)>/gim);
  return [...trailers].map(([, email = ""]) => {
    const [, number = ""] = /^([0-9]+)\+[^@]*@users\.noreply\./i.exec(email) ?? [];
    return readWholeNumber(number) ?? null;
  });
}
