import { HardenError } from "../../core/base/errors.ts";
import {
  listAuthors,
  type BranchMove,
  type AuthoredChange,
  type ChangeCommit,
} from "../../core/rollout/state/change-authors.ts";
import type { ChangeRange, People } from "../../core/rollout/controller/config-repo-port.ts";
import { readActivity } from "./activity.ts";
import { isMissing } from "./error.ts";
import { createPullReader, type ReadPulls } from "./merged-pulls.ts";
import { createAsk, createAskPage, type Ask, type AskPage, type GithubAccess } from "./client.ts";

/** Teams, commits and pushes, over GitHub's REST API. */
export function createGithubPeople(access: GithubAccess): People {
  const ask = createAsk(access);
  const askPage = createAskPage(access);
  const readPulls = createPullReader(ask, askPage);
  return {
    readTeam: (team) => readTeam(ask, team),
    readChange: createChangeReader((range) => readChange(range, { ask, askPage, readPulls })),
  };
}

/** A dispatch asks for what an approval has asked for; what GitHub cannot say yet is asked again. */
function createChangeReader(read: People["readChange"]): People["readChange"] {
  let known: { readonly key: string; readonly change: AuthoredChange } | undefined;
  return async (range) => {
    const key = JSON.stringify(range);
    if (known?.key === key) return known.change;
    const change = await read(range);
    if (!listAuthors(change).includes(null)) known = { key, change };
    return change;
  };
}

function refuse(what: string): HardenError {
  return new HardenError(
    "broke",
    `who made the change cannot be told: ${what}`,
    "Look at the history of the config repo.",
  );
}

const pageSize = 100;
const maxPages = 50;

type ReadPage<Item> = (page: number) => Promise<readonly Item[]>;

async function readPages<Item>(
  readPage: ReadPage<Item>,
): Promise<{ readonly items: readonly Item[]; readonly isWhole: boolean }> {
  const items: Item[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const some = await readPage(page);
    items.push(...some);
    if (some.length < pageSize) return { items, isWhole: true };
  }
  return { items, isWhole: false };
}

async function readTeam(ask: Ask, team: string): Promise<readonly number[]> {
  const [org, slug] = team.split("/");
  const route = "GET /orgs/{org}/teams/{team_slug}/members";
  const { items, isWhole } = await readPages(async (page) => {
    const data = await ask(route, { org, team_slug: slug, per_page: pageSize, page });
    return data as readonly { readonly id: number }[];
  });
  if (isWhole) return items.map(({ id }) => id);
  throw new HardenError("broke", `the team ${team} has too many members`, "Name a smaller one.");
}

interface ChangePorts {
  readonly ask: Ask;
  readonly askPage: AskPage;
  readonly readPulls: ReadPulls;
}

async function readChange(
  { since, until, branch, paths }: ChangeRange,
  { ask, askPage, readPulls }: ChangePorts,
): Promise<AuthoredChange> {
  const known = new Map<string, ChangeCommit>();
  let isProven = true;
  for (const base of since) {
    const commits = base === null ? undefined : await readSince(ask, base, until);
    if (commits === undefined) isProven = false;
    for (const commit of commits ?? []) known.set(commit.sha, commit);
  }
  if (!isProven) {
    // How old moves hang together with what they brought; older ones than these are not looked for.
    const { items } = await readPages((page) => readHistoryPage(ask, { sha: until }, page));
    for (const commit of items) known.set(commit.sha, commit);
  }
  const touching = new Set<string>();
  for (const path of paths) {
    for (const commit of await readHistory(ask, until, path)) {
      // Where all hosts were proven once, only what came since is the change.
      if (isProven && !known.has(commit.sha)) continue;
      known.set(commit.sha, commit);
      touching.add(commit.sha);
    }
  }
  const bases = since.flatMap((base) => base ?? []);
  const moves = await readMoves(askPage, { branch, until, bases: isProven ? bases : [] });
  const pulls = await readAll([...touching], readPulls);
  return { commits: [...known.values()], touching, moves, pulls };
}

/** Requests at a time; GitHub wants few. */
const together = 8;

async function readAll<Found>(
  names: readonly string[],
  read: (name: string) => Promise<Found>,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (let from = 0; from < names.length; from += together) {
    const some = names.slice(from, from + together);
    const entries = await Promise.all(some.map(async (name) => [name, await read(name)] as const));
    for (const [name, one] of entries) found.set(name, one);
  }
  return found;
}

interface ApiCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly commit: {
    readonly message: string;
    readonly verification?: { readonly verified: boolean };
  };
  readonly author: { readonly id?: number } | null;
  readonly committer: { readonly id?: number } | null;
}

function describeCommit({ sha, parents, commit, author, committer }: ApiCommit): ChangeCommit {
  return {
    sha,
    parents: parents.map((parent) => parent.sha),
    author: author?.id ?? null,
    committer: committer?.id ?? null,
    message: commit.message,
    isVerified: commit.verification?.verified === true,
  };
}

/** Undefined where the branch does not go on from the commit, so that all of it counts. */
async function readSince(
  ask: Ask,
  base: string,
  until: string,
): Promise<readonly ChangeCommit[] | undefined> {
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  let isAhead = true;
  try {
    const { items, isWhole } = await readPages(async (page) => {
      const basehead = `${base}...${until}`;
      const data = await ask(route, { basehead, per_page: pageSize, page });
      const { status, commits: some } = data as { status: string; commits: readonly ApiCommit[] };
      isAhead &&= ["ahead", "identical"].includes(status);
      return some;
    });
    if (!isAhead) return undefined;
    if (!isWhole) throw refuse("there are too many commits since its hosts were proven");
    return items.map(describeCommit);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readHistory(
  ask: Ask,
  until: string,
  path: string,
): Promise<readonly ChangeCommit[]> {
  const query = path === "" ? { sha: until } : { sha: until, path };
  const { items, isWhole } = await readPages((page) => readHistoryPage(ask, query, page));
  if (isWhole) return items;
  throw refuse("there are too many commits that touch its hosts");
}

async function readHistoryPage(
  ask: Ask,
  query: { readonly sha: string; readonly path?: string },
  page: number,
): Promise<readonly ChangeCommit[]> {
  const all = { ...query, per_page: pageSize, page };
  const data = await ask("GET /repos/{owner}/{repo}/commits", all);
  return (data as readonly ApiCommit[]).map(describeCommit);
}

/** Newest first, as far back as to the bases. */
async function readMoves(
  askPage: AskPage,
  wanted: {
    readonly branch: string;
    readonly until: string;
    readonly bases: readonly string[];
  },
): Promise<readonly BranchMove[]> {
  const { moves, isWhole } = await readActivity(askPage, wanted.branch, wanted.bases);
  if (!isWhole && wanted.bases.length > 0) throw refuse("the branch was pushed to too often");
  if (moves.some((move) => move.after === wanted.until)) return moves;
  throw refuse("GitHub does not know who pushed the planned commit");
}
