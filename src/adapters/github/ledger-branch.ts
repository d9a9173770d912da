import { HardenError } from "../../core/base/errors.ts";
import { ledgerBranch } from "../../core/rollout/ledger/layout.ts";
import type {
  LedgerCommitOutcome,
  LedgerCommitRequest,
  LedgerHistory,
  LedgerStore,
} from "../../core/rollout/ledger/store-port.ts";
import { minForArchive, largestArchive, readArchive } from "./tarball.ts";
import { describeEntry, readBlobs, type WantedBlob } from "./blobs.ts";
import { createLister, type ListedFile } from "./list-tree.ts";
import { isRefused, isUnknown } from "./error.ts";
import { createHeads, explainBranch, type FindHead } from "./branch-heads.ts";
import type { GithubClient } from "./client.ts";

/** The ledger branch, over GitHub's Git data API. */
export function createGithubLedger(
  client: GithubClient,
  findHead: FindHead = createHeads(client),
): LedgerStore & LedgerHistory {
  return {
    readHead: () => findHead(ledgerBranch),
    ...createFileReader(client),
    commit: (request) => commitFiles(client, request),
    commits: (head) => listCommits(client, head),
  };
}

const ref = `heads/${ledgerBranch}`;

async function findTree({ request }: GithubClient, commit: string): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
  return (await request(route, { commit_sha: commit })).tree.sha;
}

/** The last listing of a commit. */
interface Listed {
  readonly commit: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

function createFileReader(client: GithubClient): Pick<LedgerStore, "list" | "read"> {
  const listTree = createLister(client);
  let newest: Listed | undefined;
  return {
    list: async (commit) => {
      const files = await listTree(await findTree(client, commit));
      newest = { commit, files };
      return new Map([...files].map(([path, { name }]) => [path, name]));
    },
    read: async (names) => {
      const found = await readMany(client, newest, names);
      const missing = names.filter((name) => !found.has(name));
      const read = await readBlobs(client, addSizes(missing, newest));
      return names.map((name) => found.get(name) ?? read.get(name) ?? "");
    },
  };
}

function addSizes(names: readonly string[], newest: Listed | undefined): readonly WantedBlob[] {
  const sizes = new Map<string, number>();
  const wanted = new Set(names);
  for (const { name, size } of newest?.files.values() ?? []) {
    if (wanted.has(name)) sizes.set(name, size);
  }
  return names.map((name) => ({ name, size: sizes.get(name) }));
}

/** Archive bytes, held in memory, that are worth saving one request. */
const bytesOfRequest = 256 * 1024;

/**
 * Reads many files of the newest commit from one archive, unless it is much larger than these
 * files. Files whose Git hash does not match are requested one by one.
 */
async function readMany(
  client: GithubClient,
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
  return isWorth && bytes <= largestArchive ? readArchive(client, newest.commit, places) : nothing;
}

/** Maximum overhead per file in an archive: header and padding. */
const bytesBesideFile = 1024;

async function commitFiles(
  client: GithubClient,
  { head, files, message }: LedgerCommitRequest,
): Promise<LedgerCommitOutcome> {
  const { request } = client;
  const tree = [];
  for (const [path, after] of files) tree.push(await describeEntry(client, { path, after }));
  const base = head === undefined ? {} : { base_tree: await findTree(client, head) };
  const made = await request("POST /repos/{owner}/{repo}/git/trees", { ...base, tree });
  // Without an author, GitHub uses the App and signs the commit.
  const body = { message, tree: made.sha, parents: head === undefined ? [] : [head] };
  const { sha } = await request("POST /repos/{owner}/{repo}/git/commits", body);
  return moveBranch(client, head, sha);
}

async function moveBranch(
  client: GithubClient,
  head: string | undefined,
  commit: string,
): Promise<LedgerCommitOutcome> {
  const { request } = client;
  try {
    const made = { ref: `refs/${ref}`, sha: commit };
    const moved = { ref, sha: commit, force: false };
    const answer =
      head === undefined
        ? await request("POST /repos/{owner}/{repo}/git/refs", made)
        : await request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", moved);
    // Only an answer that names the commit shows that the branch was updated.
    const { object } = (answer ?? {}) as Partial<typeof answer>;
    return object?.sha === commit ? { kind: "committed", commit } : { kind: "lost" };
  } catch (error) {
    if (isUnknown(error)) return { kind: "lost" };
    if (!isRefused(error)) throw error;
    // A lost race and a ruleset give the same answer; the branch tells them apart.
    if ((await createHeads(client)(ledgerBranch)) !== head) return { kind: "lost" };
    const inTheWay = head === undefined ? await explainBranch(client, ledgerBranch) : undefined;
    if (inTheWay !== undefined) throw inTheWay;
    throw new HardenError(
      "broke",
      `this token may not push to the branch ${ledgerBranch}`,
      "Allow the controller's App to bypass the writer ruleset: see `sesam-harden ledger ruleset`.",
      { cause: error },
    );
  }
}

async function listCommits(
  { pages }: GithubClient,
  head: string,
): ReturnType<LedgerHistory["commits"]> {
  const commits: { readonly commit: string; readonly parents: readonly string[] }[] = [];
  for await (const page of pages("GET /repos/{owner}/{repo}/commits", { sha: head })) {
    for (const { sha, parents } of page) {
      commits.push({ commit: sha, parents: parents.map((parent) => parent.sha) });
    }
  }
  return commits;
}
