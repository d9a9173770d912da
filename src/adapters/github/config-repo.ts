import { HardenError } from "../../core/base/errors.ts";
import type { BranchHead, ConfigBranch } from "../../core/rollout/controller/config-repo-port.ts";
import { isOfFleet } from "../../core/config-repo/discover-hosts.ts";
import type { Tree, TreeEntry } from "../../core/config-repo/tree-files.ts";
import { minForArchive, readArchive } from "./tarball.ts";
import { readBlobs } from "./blobs.ts";
import { type FindHead, isAncestor } from "./branch-heads.ts";
import type { GithubClient } from "./client.ts";
import type { Answered } from "./routes.ts";

/** The path that files of the config repo are given in memory; nothing is written there. */
const configTop = "/config-repo";

export function createGithubConfig(client: GithubClient, findHead: FindHead): ConfigBranch {
  return {
    readHead: () => readHead(client, findHead),
    readTree: createTreeReader(client),
    isAncestor: (older, newer) => isAncestor(client, older, newer),
  };
}

/** GitHub's id of the config repo. */
export async function readRepositoryNumber({ request }: GithubClient): Promise<number> {
  return (await request("GET /repos/{owner}/{repo}", {})).id;
}

async function readHead({ conditional }: GithubClient, findHead: FindHead): Promise<BranchHead> {
  const { default_branch: branch } = await conditional("GET /repos/{owner}/{repo}", {});
  const commit = await findHead(branch);
  if (commit !== undefined) return { branch, commit };
  throw new HardenError(
    "broke",
    `the default branch ${branch} of the config repo does not exist`,
    "Push the fleet's files there.",
  );
}

const treeRoute = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";

type ApiEntry = Answered<typeof treeRoute>["tree"][number];

/** Caches the newest tree, and reuses the bytes of its files for the next one. */
function createTreeReader(client: GithubClient): ConfigBranch["readTree"] {
  let newest: { readonly commit: string; readonly tree: Tree } | undefined;
  let blobs: ReadonlyMap<string, string> = new Map();
  return async (commit) => {
    if (newest?.commit === commit) return newest.tree;
    const asked = { tree_sha: commit, recursive: "1" };
    const { tree: items, truncated } = await client.request(treeRoute, asked);
    if (truncated) throw refuseSize();
    const files = items.filter(({ type }) => type !== "tree");
    const wanted = files.filter(isRead);
    const missing = wanted.filter(({ sha }) => !blobs.has(sha));
    const places = new Map(missing.map(({ path, sha }) => [path, sha]));
    const fresh = missing.length < minForArchive ? [] : await readArchive(client, commit, places);
    const known = new Map([...blobs, ...fresh]);
    blobs = await readMissing(client, wanted, known);
    const entries = files.map((item): [string, TreeEntry] => [item.path, describe(item, blobs)]);
    const tree = { top: configTop, entries: new Map(entries) };
    newest = { commit, tree };
    return tree;
  };
}

function isRead({ mode, path }: ApiEntry): boolean {
  return mode === "120000" || (mode.startsWith("100") && isOfFleet(path));
}

async function readMissing(
  client: GithubClient,
  files: readonly ApiEntry[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const missing = files.filter(({ sha }) => !known.has(sha));
  const fresh = await readBlobs(
    client,
    missing.map(({ sha, size }) => ({ name: sha, size })),
  );
  return new Map(files.map(({ sha }) => [sha, fresh.get(sha) ?? known.get(sha) ?? ""]));
}

function describe(item: ApiEntry, blobs: ReadonlyMap<string, string>): TreeEntry {
  if (item.type !== "blob") return { kind: "other" };
  const bytes = isRead(item) ? blobs.get(item.sha) : undefined;
  if (item.mode !== "120000") return { kind: "file", bytes };
  return { kind: "link", target: Buffer.from(bytes ?? "", "latin1").toString("utf8") };
}

function refuseSize(): HardenError {
  return new HardenError(
    "broke",
    "the config repo has more files than GitHub lists at once",
    "Keep the fleet's files in a repository of their own.",
  );
}
