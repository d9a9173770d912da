import { HardenError } from "../../core/base/errors.ts";
import { ledgerBranch } from "../../core/rollout/ledger/layout.ts";
import type {
  LedgerCommitOutcome,
  LedgerCommitRequest,
  LedgerHistory,
  LedgerStore,
} from "../../core/rollout/ledger/store-port.ts";
import { minForArchive, largestArchive, readArchive } from "./tarball.ts";
import { explainBranch } from "./branch-heads.ts";
import { describeEntry, readBlob } from "./blobs.ts";
import { createLister, type ListedFile } from "./list-tree.ts";
import { isMissing, isRefused, isUnknown } from "./error.ts";
import { createAsk, createAskAgain, type Ask, type AskAgain, type GithubAccess } from "./client.ts";

/** The ledger's branch over GitHub's git data API. */
export function createGithubLedger(access: GithubAccess): LedgerStore & LedgerHistory {
  const ask = createAsk(access);
  return {
    readHead: createHeadReader(createAskAgain(access), ask),
    ...createFileReader(ask),
    commit: (request) => commitFiles(ask, request),
    commits: (head) => listCommits(ask, head),
  };
}

const headRoute = "GET /repos/{owner}/{repo}/git/ref/{ref}";
const ref = `heads/${ledgerBranch}`;

/** Remembers the newest answer and its ETag, so that asking again costs nothing. */
function createHeadReader(askAgain: AskAgain, ask: Ask): LedgerStore["readHead"] {
  let known: { readonly etag: string | undefined; readonly head: string } | undefined;
  return async () => {
    const before = known;
    try {
      const answer = await askAgain(headRoute, { ref }, before?.etag);
      if (answer.kind === "same") return before?.head;
      known = { etag: answer.etag, head: headOf(answer.data) };
      return known.head;
    } catch (error) {
      return refuseHidden(error, ask);
    }
  };
}

/**
 * GitHub answers alike for a branch that is not there and for a repository that the token may not
 * see; nobody shall take the one for the other.
 */
async function refuseHidden(error: unknown, ask: Ask): Promise<undefined> {
  if (!isMissing(error)) throw error;
  await ask("GET /repos/{owner}/{repo}", {});
  return undefined;
}

function headOf(data: unknown): string {
  return (data as { object: { sha: string } }).object.sha;
}

async function findHead(ask: Ask): Promise<string | undefined> {
  try {
    return headOf(await ask(headRoute, { ref }));
  } catch (error) {
    return refuseHidden(error, ask);
  }
}

async function findTree(ask: Ask, commit: string): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
  const data = await ask(route, { commit_sha: commit });
  return (data as { tree: { sha: string } }).tree.sha;
}

/** A commit as it was listed last. */
interface Listed {
  readonly commit: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

function createFileReader(ask: Ask): Pick<LedgerStore, "list" | "read"> {
  const listTree = createLister(ask);
  let newest: Listed | undefined;
  return {
    list: async (commit) => {
      const files = await listTree(await findTree(ask, commit));
      newest = { commit, files };
      return new Map([...files].map(([path, { name }]) => [path, name]));
    },
    read: async (names) => {
      const found = await readMany(ask, newest, names);
      const missing = names.filter((name) => !found.has(name));
      const blobs = await readBlobs(ask, missing);
      const read = new Map(missing.map((name, index) => [name, blobs[index] ?? ""]));
      return names.map((name) => found.get(name) ?? read.get(name) ?? "");
    },
  };
}

/** Bytes of an archive, which is in memory at once, that are worth one request less. */
const bytesOfRequest = 256 * 1024;

/**
 * Many files of the newest commit at once, if its archive is not much more than these; what it does
 * not have as git names it is asked for one by one.
 */
async function readMany(
  ask: Ask,
  newest: Listed | undefined,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const nothing = new Map<string, string>();
  if (newest === undefined || names.length < minForArchive) return nothing;
  const wanted = new Set(names);
  const places = new Map<string, string>();
  let bytes = 0;
  for (const [path, { name, size }] of newest.files) {
    bytes += size + bytesBesideFile;
    if (wanted.has(name)) places.set(path, name);
  }
  const isWorth = places.size >= minForArchive && bytes <= places.size * bytesOfRequest;
  return isWorth && bytes <= largestArchive ? readArchive(ask, newest.commit, places) : nothing;
}

/** At most, in an archive: its header, and what fills the last block. */
const bytesBesideFile = 1024;

/** GitHub takes a hundred requests at once from all who use a token; others want to be heard too. */
const readsAtOnce = 8;

async function readBlobs(ask: Ask, names: readonly string[]): Promise<readonly string[]> {
  const blobs: string[] = [];
  for (let from = 0; from < names.length; from += readsAtOnce) {
    const some = names.slice(from, from + readsAtOnce);
    blobs.push(...(await Promise.all(some.map((name) => readBlob(ask, name)))));
  }
  return blobs;
}

async function commitFiles(
  ask: Ask,
  { head, files, message }: LedgerCommitRequest,
): Promise<LedgerCommitOutcome> {
  const tree = [];
  for (const [path, after] of files) tree.push(await describeEntry(ask, { path, after }));
  const base = head === undefined ? {} : { base_tree: await findTree(ask, head) };
  const made = await ask("POST /repos/{owner}/{repo}/git/trees", { ...base, tree });
  // Without an author GitHub takes the App itself, and signs the commit.
  const body = { message, tree: shaOf(made), parents: head === undefined ? [] : [head] };
  const commit = shaOf(await ask("POST /repos/{owner}/{repo}/git/commits", body));
  return moveBranch(ask, head, commit);
}

function shaOf(data: unknown): string {
  return (data as { sha: string }).sha;
}

async function moveBranch(
  ask: Ask,
  head: string | undefined,
  commit: string,
): Promise<LedgerCommitOutcome> {
  try {
    const made = { ref: `refs/${ref}`, sha: commit };
    const moved = { ref, sha: commit, force: false };
    const answer =
      head === undefined
        ? await ask("POST /repos/{owner}/{repo}/git/refs", made)
        : await ask("PATCH /repos/{owner}/{repo}/git/refs/{ref}", moved);
    // Only an answer that names the commit says that the branch is there.
    const { object } = (answer ?? {}) as { readonly object?: { readonly sha?: unknown } };
    return object?.sha === commit ? { kind: "committed", commit } : { kind: "lost" };
  } catch (error) {
    if (isUnknown(error)) return { kind: "lost" };
    if (!isRefused(error)) throw error;
    // The same answer stands for a lost race and for a ruleset; the branch tells them apart.
    if ((await findHead(ask)) !== head) return { kind: "lost" };
    const inTheWay = head === undefined ? await explainBranch(ask, ledgerBranch) : undefined;
    if (inTheWay !== undefined) throw inTheWay;
    throw new HardenError(
      "broke",
      `GitHub lets nobody with this token write to the branch ${ledgerBranch}`,
      "Let the controller's App bypass the ruleset of its writer: see `sesam-harden ledger ruleset`.",
      { cause: error },
    );
  }
}

const pageSize = 100;

async function listCommits(ask: Ask, head: string): ReturnType<LedgerHistory["commits"]> {
  const commits: { readonly commit: string; readonly parents: readonly string[] }[] = [];
  for (let page = 1; ; page++) {
    const query = { sha: head, per_page: pageSize, page };
    const data = await ask("GET /repos/{owner}/{repo}/commits", query);
    const some = data as readonly { sha: string; parents: readonly { sha: string }[] }[];
    commits.push(...some.map(({ sha, parents }) => ({ commit: sha, parents: parents.map(shaOf) })));
    if (some.length < pageSize) return commits;
  }
}
