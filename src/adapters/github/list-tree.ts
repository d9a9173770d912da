import { HardenError } from "../../core/base/errors.ts";
import type { Ask } from "./client.ts";

/** A file of a commit: git's name of its content, and how many bytes that has. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
}

/** A folder never changes: another content has another name. */
interface Folder {
  readonly name: string;
  readonly files: Map<string, ListedFile>;
  readonly folders: Map<string, Folder>;
}

interface ApiTree {
  readonly truncated?: boolean;
  readonly tree: readonly {
    readonly path: string;
    readonly sha: string;
    readonly type: string;
    readonly size?: number;
  }[];
}

/** So many folders that changed are asked for one by one; more of them as a whole. */
const maxAlone = 4;

/**
 * Lists all files of a tree by their paths, with one request as long as GitHub lists it at once.
 * What is too large for that is listed folder by folder, and later only the folders that changed.
 */
export function createLister(ask: Ask): (tree: string) => Promise<ReadonlyMap<string, ListedFile>> {
  let known: Folder | undefined;
  return async (tree) => {
    const whole = known === undefined ? await readWhole(ask, tree) : undefined;
    // What fits at once costs least when it is asked for at once again, so it is not remembered.
    if (whole !== undefined) return new Map(listFiles(whole));
    known = known?.name === tree ? known : await readByFolder(ask, tree, known);
    return new Map(listFiles(known));
  };
}

async function readFolder(ask: Ask, name: string, before: Folder | undefined): Promise<Folder> {
  if (before?.name === name) return before;
  const whole = before === undefined ? await readWhole(ask, name) : undefined;
  return whole ?? readByFolder(ask, name, before);
}

async function readByFolder(ask: Ask, name: string, before: Folder | undefined): Promise<Folder> {
  const { tree, truncated } = await askTree(ask, name, {});
  if (truncated === true) throw refuseSize();
  const folder = makeFolder(name, tree);
  const changed = [...folder.folders].filter(
    ([path, { name: now }]) => before?.folders.get(path)?.name !== now,
  );
  const whole =
    before !== undefined && changed.length > maxAlone ? await readWhole(ask, name) : undefined;
  if (whole !== undefined) return whole;
  for (const [path, inner] of folder.folders) {
    const old = before?.folders.get(path);
    folder.folders.set(path, await readFolder(ask, inner.name, old));
  }
  return folder;
}

/** Undefined where GitHub does not list all of it. */
async function readWhole(ask: Ask, name: string): Promise<Folder | undefined> {
  const { tree, truncated } = await askTree(ask, name, { recursive: "1" });
  return truncated === true ? undefined : makeFolder(name, tree);
}

async function askTree(ask: Ask, name: string, how: { recursive?: "1" }): Promise<ApiTree> {
  const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
  return (await ask(route, { tree_sha: name, ...how })) as ApiTree;
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
    "a folder of the ledger has more files than GitHub lists at once",
    "Clone the repository, and read the branch with git.",
  );
}
