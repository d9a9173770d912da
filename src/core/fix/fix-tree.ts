import type { FileChange } from "./changes.ts";

/** A file of a git tree; links and submodules are entries as well. */
export interface TreeFile {
  /** As git writes it: `100644`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  /** Name of the blob. */
  readonly sha: string;
}

/** All files of a commit, by path. */
export type FileTree = ReadonlyMap<string, TreeFile>;

/** An edit of one file, by the names of its blobs. */
export interface BlobChange {
  readonly path: string;
  /** Undefined where the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** What git calls a blob with these bytes. */
export type NameBlob = (bytes: string) => string;

/** The files that a branch added or edited since its base. */
export function listEdits(branch: FileTree, base: FileTree): readonly BlobChange[] {
  return [...branch].flatMap(([path, { sha }]) => {
    const before = base.get(path)?.sha;
    return before === sha ? [] : [{ path, before, after: sha }];
  });
}

/**
 * True where a merge commit holds what its second parent (the base) holds, and the edits of the
 * first one unchanged: GitHub's "Update branch" button makes such a commit.
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
 * Why a change must not be made to the tree of the commit; undefined where the file that was read is
 * the one of the commit, byte for byte.
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
  if (entry === undefined) return `${path} is not in the commit: a step before this one made it`;
  if (entry.sha === nameBlob(before)) return undefined;
  return `${path} differs from the commit: a filter in .gitattributes (Git LFS, eol=crlf, ident) or a step before this one changed it`;
}
