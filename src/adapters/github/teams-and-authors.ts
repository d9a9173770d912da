import { HardenError } from "../../core/base/errors.ts";
import {
  listAuthors,
  type BranchMove,
  type AuthoredChange,
  type ChangeCommit,
} from "../../core/rollout/state/change-authors.ts";
import type { ChangeRange, People } from "../../core/rollout/controller/config-repo-port.ts";
import { readEach } from "../at-once.ts";
import { isMissing } from "./error.ts";
import { createPullReader, type ReadPulls, readActivity } from "./merged-pulls.ts";
import type { GithubClient } from "./client.ts";
import type { Listed } from "./routes.ts";

/** Teams, commits and pushes, over GitHub's REST API. */
export function createGithubPeople(client: GithubClient): People {
  const readPulls = createPullReader(client);
  return {
    readTeam: (team) => readTeam(client, team),
    readChange: createChangeReader((range) => readChange(range, client, readPulls)),
  };
}

/** Caches changes, because a dispatch reads what an approval has read; failures are not cached. */
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
    `cannot tell who made the change: ${what}`,
    "Check the history of the config repo.",
  );
}

const maxPages = 50;

async function readTeam({ list }: GithubClient, team: string): Promise<readonly number[]> {
  const [org = "", slug = ""] = team.split("/");
  const route = "GET /orgs/{org}/teams/{team_slug}/members";
  const { items, isWhole } = await list(route, { org, team_slug: slug }, maxPages);
  if (isWhole) return items.map(({ id }) => id);
  throw new HardenError("broke", `the team ${team} has too many members`, "Use a smaller team.");
}

async function readChange(
  { since, until, branch, paths }: ChangeRange,
  client: GithubClient,
  readPulls: ReadPulls,
): Promise<AuthoredChange> {
  const known = new Map<string, ChangeCommit>();
  let isProven = true;
  for (const base of since) {
    const commits = base === null ? undefined : await readSince(client, base, until);
    if (commits === undefined) isProven = false;
    for (const commit of commits ?? []) known.set(commit.sha, commit);
  }
  if (!isProven) {
    // Connects earlier moves with their commits; older ones are not needed.
    const { commits } = await readHistory(client, { sha: until });
    for (const commit of commits) known.set(commit.sha, commit);
  }
  const touching = new Set<string>();
  for (const path of paths) {
    for (const commit of await readTouching(client, until, path)) {
      // If all hosts were verified once, only later commits are part of the change.
      if (isProven && !known.has(commit.sha)) continue;
      known.set(commit.sha, commit);
      touching.add(commit.sha);
    }
  }
  const bases = since.flatMap((base) => base ?? []);
  const moves = await readMoves(client, { branch, until, bases: isProven ? bases : [] });
  const names = [...touching];
  const read = await readEach(names, readPulls);
  const pulls = new Map(names.map((name, index) => [name, read[index] ?? []]));
  return { commits: [...known.values()], touching, moves, pulls };
}

const commitsRoute = "GET /repos/{owner}/{repo}/commits";

function describeCommit({
  sha,
  parents,
  commit,
  author,
  committer,
}: Listed<typeof commitsRoute>): ChangeCommit {
  return {
    sha,
    parents: parents.map((parent) => parent.sha),
    author: author?.id ?? null,
    committer: committer?.id ?? null,
    message: commit.message,
    isVerified: commit.verification?.verified === true,
  };
}

/** Undefined if the branch does not descend from the commit, so that all of it counts. */
async function readSince(
  { compare }: GithubClient,
  base: string,
  until: string,
): Promise<readonly ChangeCommit[] | undefined> {
  const since: ChangeCommit[] = [];
  let count = 0;
  try {
    for await (const { status, commits } of compare(`${base}...${until}`)) {
      if (!["ahead", "identical"].includes(status)) return undefined;
      if (++count > maxPages)
        throw refuse("there are too many commits since its hosts were last verified");
      since.push(...commits.map(describeCommit));
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return since;
}

async function readTouching(
  client: GithubClient,
  until: string,
  path: string,
): Promise<readonly ChangeCommit[]> {
  const query = path === "" ? { sha: until } : { sha: until, path };
  const { commits, isWhole } = await readHistory(client, query);
  if (isWhole) return commits;
  throw refuse("there are too many commits that touch its hosts");
}

async function readHistory(
  { list }: GithubClient,
  query: { readonly sha: string; readonly path?: string },
): Promise<{ readonly commits: readonly ChangeCommit[]; readonly isWhole: boolean }> {
  const { items, isWhole } = await list(commitsRoute, query, maxPages);
  return { commits: items.map(describeCommit), isWhole };
}

/** Newest first, back to the bases. */
async function readMoves(
  client: GithubClient,
  wanted: {
    readonly branch: string;
    readonly until: string;
    readonly bases: readonly string[];
  },
): Promise<readonly BranchMove[]> {
  const { moves, isWhole } = await readActivity(client, wanted.branch, wanted.bases);
  if (!isWhole && wanted.bases.length > 0) throw refuse("there are too many pushes to the branch");
  if (moves.some((move) => move.after === wanted.until)) return moves;
  throw refuse("GitHub does not know who pushed the planned commit");
}
