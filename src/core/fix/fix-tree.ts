import type { FileChange } from "./changes.ts";

/** An entry of a git tree: a file, link or submodule. */
export interface TreeFile {
  /** Git's file mode: `100644`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  /** Object id of the blob. */
  readonly sha: string;
}

/** All files of a commit, by path. */
export type FileTree = ReadonlyMap<string, TreeFile>;

/** An edit of one file, by the object ids of its blobs. */
export interface BlobChange {
  readonly path: string;
  /** Undefined if the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Git's object id of a blob with these bytes. */
export type NameBlob = (bytes: string) => string;

/** The files that a branch added or edited since its base. */
export function listEdits(branch: FileTree, base: FileTree): readonly BlobChange[] {
  return [...branch].flatMap(([path, { sha }]) => {
    const before = base.get(path)?.sha;
    return before === sha ? [] : [{ path, before, after: sha }];
  });
}

/**
 * True if a merge commit consists of its second parent (the base) plus the unchanged edits of the
 * first one, as GitHub's "Update branch" button creates it.
 */
export function isPlainMerge(
  merge: FileTree,
  base: FileTree,
  edits: readonly BlobChange[],
): boolean {
  const edited = new Map(edits.map(({ path, after }) => [path, after]));
  const paths = new Set([...merge.keys(), ...base.keys()]);
  return [...paths].every((path) => {
    const sha = merge.get(path)?.sha;
    return sha === base.get(path)?.sha || (sha !== undefined && sha === edited.get(path));
  });
}

/**
 * Why a change must not be made to the tree of the commit; undefined if the file that was read is
 * byte for byte the one in the commit.
 */
export function refuseChange(
  { path, before }: FileChange,
  tree: FileTree,
  nameBlob: NameBlob,
): string | undefined {
  const parts = path.split("/");
  for (const [index] of parts.slice(1).entries()) {
    const parent = parts.slice(0, index + 1).join("/");
    const mode = tree.get(parent)?.mode;
    if (mode === "160000") return `${parent} is a submodule: run the check in its own repository`;
    if (mode === "120000") return `${parent} is a symbolic link: fix the file it points to`;
  }
  const entry = tree.get(path);
  if (entry?.mode === "120000") return `${path} is a symbolic link: fix the file it points to`;
  if (before === undefined) {
    return entry === undefined
      ? undefined
      : `${path} is in the commit but was not checked out: check out the whole directory`;
  }
  if (entry === undefined) return `${path} is not in the commit: an earlier step created it`;
  if (entry.sha === nameBlob(before)) return undefined;
  return `${path} differs from the commit: a filter in .gitattributes (Git LFS, eol=crlf, ident) or an earlier step changed it`;
}
