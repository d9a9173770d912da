import { readWholeNumber } from "../whole-number.ts";
/** A commit, with GitHub's numbers of who made it; null for somebody whom GitHub does not know. */
export interface ChangeCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: number | null;
  readonly committer: number | null;
  readonly message: string;
}

/** The default branch went from one commit to another, by a push or a merge. */
export interface BranchMove {
  readonly before: string;
  readonly after: string;
  readonly actor: number | null;
}

export interface Change {
  /** All commits from the last proven ones on. */
  readonly commits: readonly ChangeCommit[];
  /** Names of those that touch what is planned. */
  readonly touching: ReadonlySet<string>;
  readonly moves: readonly BranchMove[];
}

/** Everybody who wrote, pushed or merged a part of a change; null stands for whom nobody knows. */
export function listAuthors({ commits, touching, moves }: Change): readonly (number | null)[] {
  const accounts = new Set<number | null>();
  for (const { sha, author, committer, message } of commits) {
    if (!touching.has(sha)) continue;
    for (const account of [author, committer, ...readCoAuthors(message)]) accounts.add(account);
  }
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents]));
  for (const { before, after, actor } of moves) {
    const old = reach(before, parents, new Set());
    const brought = reach(after, parents, old);
    if ([...brought].some((sha) => touching.has(sha))) accounts.add(actor);
  }
  return [...accounts];
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
