import { HardenError } from "../../core/base/errors.ts";
import type { GithubClient } from "./client.ts";
import type { Answered } from "./routes.ts";

/** A file of a commit: its Git blob hash, and its size in bytes. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
}

/** A tree never changes: new content has a new hash. */
interface Folder {
  readonly name: string;
  readonly files: Map<string, ListedFile>;
  readonly folders: Map<string, Folder>;
}

const treeRoute = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";

type ApiTree = Answered<typeof treeRoute>;
type Requester = Pick<GithubClient, "request">;

/**
 * Maximum number of changed directories that are requested one by one; more are read with one
 * recursive request.
 */
const maxAlone = 4;

/**
 * Lists all files of a tree by path, with one request if GitHub lists it completely. A larger tree
 * is listed directory by directory, and later only its changed directories.
 */
export function createLister(
  client: Requester,
): (tree: string) => Promise<ReadonlyMap<string, ListedFile>> {
  let known: Folder | undefined;
  return async (tree) => {
    const whole = known === undefined ? await readWhole(client, tree) : undefined;
    // A tree that fits into one answer is cheapest to read again, so it is not cached.
    if (whole !== undefined) return new Map(listFiles(whole));
    known = known?.name === tree ? known : await readByFolder(client, tree, known);
    return new Map(listFiles(known));
  };
}

async function readFolder(
  client: Requester,
  name: string,
  before: Folder | undefined,
): Promise<Folder> {
  if (before?.name === name) return before;
  const whole = before === undefined ? await readWhole(client, name) : undefined;
  return whole ?? readByFolder(client, name, before);
}

async function readByFolder(
  client: Requester,
  name: string,
  before: Folder | undefined,
): Promise<Folder> {
  const { tree, truncated } = await askTree(client, name, {});
  if (truncated === true) throw refuseSize();
  const folder = makeFolder(name, tree);
  const changed = [...folder.folders].filter(
    ([path, { name: now }]) => before?.folders.get(path)?.name !== now,
  );
  const whole =
    before !== undefined && changed.length > maxAlone ? await readWhole(client, name) : undefined;
  if (whole !== undefined) return whole;
  for (const [path, inner] of folder.folders) {
    const old = before?.folders.get(path);
    folder.folders.set(path, await readFolder(client, inner.name, old));
  }
  return folder;
}

/** Undefined if GitHub truncates the list. */
async function readWhole(client: Requester, name: string): Promise<Folder | undefined> {
  const { tree, truncated } = await askTree(client, name, { recursive: "1" });
  return truncated === true ? undefined : makeFolder(name, tree);
}

async function askTree(
  { request }: Requester,
  name: string,
  how: { recursive?: "1" },
): Promise<ApiTree> {
  return request(treeRoute, { tree_sha: name, ...how });
}

function makeFolder(name: string, tree: ApiTree["tree"]): Folder {
  const top: Folder = { name, files: new Map(), folders: new Map() };
  const folders = new Map([["", top]]);
  for (const { path, sha, type } of tree) {
    if (type === "tree") folders.set(path, { name: sha, files: new Map(), folders: new Map() });
  }
  for (const { path, sha, size = 0 } of tree) {
    const cut = path.lastIndexOf("/");
    const [parent, own] = [folders.get(path.slice(0, Math.max(cut, 0))), path.slice(cut + 1)];
    const inner = folders.get(path);
    if (inner === undefined) parent?.files.set(own, { name: sha, size });
    else parent?.folders.set(own, inner);
  }
  return top;
}

function* listFiles({ files, folders }: Folder, place = ""): Generator<[string, ListedFile]> {
  for (const [path, file] of files) yield [`${place}${path}`, file];
  for (const [path, folder] of folders) yield* listFiles(folder, `${place}${path}/`);
}

function refuseSize(): HardenError {
  return new HardenError(
    "broke",
    "a directory of the ledger has more files than GitHub lists at once",
    "Clone the repository and read the branch with git.",
  );
}
