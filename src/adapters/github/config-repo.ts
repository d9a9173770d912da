import { HardenError } from "../../core/base/errors.ts";
import type { BranchHead, ConfigBranch } from "../../core/rollout/controller/config-repo-port.ts";
import { isOfFleet } from "../../core/config-repo/discover-hosts.ts";
import type { Tree, TreeEntry } from "../../core/config-repo/tree-files.ts";
import { minForArchive, readArchive } from "./tarball.ts";
import { readBlob } from "./blobs.ts";
import { isMissing } from "./error.ts";
import { createAsk, createAskAgain, type Ask, type AskAgain, type GithubAccess } from "./client.ts";

/** Where the config repo seems to lie; nothing is written there. */
const configTop = "/config-repo";

export function createGithubConfig(access: GithubAccess): ConfigBranch {
  const ask = createAsk(access);
  const remember = createMemory(createAskAgain(access));
  return {
    readHead: () => readHead(remember),
    readTree: createTreeReader(ask),
    isAncestor: (older, newer) => isAncestor(ask, older, newer),
  };
}

/** GitHub's number of the config repo. */
export async function readRepositoryNumber(access: GithubAccess): Promise<number> {
  const data = await createAsk(access)("GET /repos/{owner}/{repo}", {});
  return (data as { id: number }).id;
}

type Remember = (route: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;

/** Remembers the newest answers and their ETags, so that asking again costs nothing. */
function createMemory(askAgain: AskAgain): Remember {
  const known = new Map<string, { readonly etag: string | undefined; readonly data: unknown }>();
  return async (route, parameters) => {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const before = known.get(key);
    const answer = await askAgain(route, parameters, before?.etag);
    if (answer.kind === "same") return before?.data;
    known.set(key, { etag: answer.etag, data: answer.data });
    return answer.data;
  };
}

async function readHead(remember: Remember): Promise<BranchHead> {
  const repository = await remember("GET /repos/{owner}/{repo}", {});
  const branch = (repository as { default_branch: string }).default_branch;
  const route = "GET /repos/{owner}/{repo}/git/ref/{ref}";
  const data = await remember(route, { ref: `heads/${branch}` });
  return { branch, commit: (data as { object: { sha: string } }).object.sha };
}

interface ApiTree {
  readonly truncated?: boolean;
  readonly tree: readonly ApiEntry[];
}

interface ApiEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

/** GitHub takes a hundred requests at once from all who use a token; others want to be heard too. */
const readsAtOnce = 8;

/** Keeps the newest tree, and the bytes of its files for the next one. */
function createTreeReader(ask: Ask): ConfigBranch["readTree"] {
  let newest: { readonly commit: string; readonly tree: Tree } | undefined;
  let blobs: ReadonlyMap<string, string> = new Map();
  return async (commit) => {
    if (newest?.commit === commit) return newest.tree;
    const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
    const data = await ask(route, { tree_sha: commit, recursive: "1" });
    const { tree: items, truncated } = data as ApiTree;
    if (truncated === true) throw refuseSize();
    const files = items.filter(({ type }) => type !== "tree");
    const wanted = files.filter(isRead);
    const missing = wanted.filter(({ sha }) => !blobs.has(sha));
    const places = new Map(missing.map(({ path, sha }) => [path, sha]));
    const fresh = missing.length < minForArchive ? [] : await readArchive(ask, commit, places);
    const known = new Map([...blobs, ...fresh]);
    blobs = await readBlobs(ask, [...new Set(wanted.map(({ sha }) => sha))], known);
    const entries = files.map((item): [string, TreeEntry] => [item.path, describe(item, blobs)]);
    const tree = { top: configTop, entries: new Map(entries) };
    newest = { commit, tree };
    return tree;
  };
}

function isRead({ mode, path }: ApiEntry): boolean {
  return mode === "120000" || (mode.startsWith("100") && isOfFleet(path));
}

async function readBlobs(
  ask: Ask,
  names: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const blobs = new Map<string, string>();
  const missing = names.filter((name) => {
    const bytes = known.get(name);
    if (bytes !== undefined) blobs.set(name, bytes);
    return bytes === undefined;
  });
  for (let from = 0; from < missing.length; from += readsAtOnce) {
    const some = missing.slice(from, from + readsAtOnce);
    const read = await Promise.all(some.map((name) => readBlob(ask, name)));
    some.forEach((name, index) => blobs.set(name, read[index] ?? ""));
  }
  return blobs;
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

/** False also where GitHub no longer knows the older one. */
async function isAncestor(ask: Ask, older: string, newer: string): Promise<boolean> {
  if (older === newer) return true;
  try {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const data = await ask(route, { basehead: `${older}...${newer}`, per_page: 1 });
    return ["ahead", "identical"].includes((data as { status: string }).status);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
