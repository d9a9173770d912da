import type { FileReading } from "../fleet/read-host.ts";
import { baseName, joinPath, parentOf, relativePath, resolvePath } from "../base/paths.ts";
import type { FleetFiles, FolderEntry, PathKind } from "./files-port.ts";

/** Entry of a commit; bytes are undefined if they were not loaded. */
export type TreeEntry =
  | { readonly kind: "file"; readonly bytes: string | undefined }
  | { readonly kind: "link"; readonly target: string }
  /** A submodule. */
  | { readonly kind: "other" };

export interface Tree {
  /** Absolute path that the paths are relative to. */
  readonly top: string;
  /** By path with `/`. Git has no empty directories. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** Maximum number of links in a path. */
const maxLinks = 20;

/**
 * The files of a commit at the paths of a checkout. Files outside do not exist, so links out of the
 * commit are broken.
 */
export function createTreeFiles(
  { top, entries }: Tree,
  absolute: FleetFiles["absolute"],
): FleetFiles {
  const children = listFolders(top, entries);
  const find = (path: string): { readonly path: string; readonly entry: TreeEntry | undefined } => {
    let current = path;
    for (let count = 0; count <= maxLinks; count++) {
      const entry = entries.get(relativePath(top, current) ?? "");
      if (entry?.kind !== "link") return { path: current, entry };
      current = resolvePath(parentOf(current), entry.target, false);
    }
    return { path: current, entry: undefined };
  };
  return {
    absolute,
    kindOf: (path): PathKind => {
      const found = find(path);
      if (children.has(found.path)) return { kind: "folder", realPath: found.path };
      if (found.entry === undefined) return { kind: "missing" };
      const kind = found.entry.kind === "file" ? "file" : "other";
      return { kind, realPath: found.path };
    },
    list: (folder) => ({ kind: "entries", entries: children.get(folder) ?? [] }),
    read: (path, limit): FileReading => {
      const { entry } = find(path);
      if (entry?.kind !== "file")
        return { kind: "unreadable", reason: "it is no file of the commit" };
      const { bytes } = entry;
      return bytes === undefined || bytes.length > limit
        ? { kind: "unreadable", reason: `it is larger than ${limit} bytes` }
        : { kind: "bytes", bytes };
    },
    replace: () => ({ kind: "refused", reason: "a commit does not change" }),
  };
}

/** The files of a standalone tree; relative paths start at its top. */
export function openTree(tree: Tree): FleetFiles {
  return createTreeFiles(tree, (typed) => resolvePath(tree.top, typed, false));
}

/** Directories by absolute path, with their entries. */
function listFolders(
  top: string,
  entries: Tree["entries"],
): ReadonlyMap<string, readonly FolderEntry[]> {
  const folders = new Map<string, FolderEntry[]>([[top, []]]);
  const enter = (path: string, kind: FolderEntry["kind"]): void => {
    const folder = parentOf(path);
    const siblings = folders.get(folder);
    const entry = { name: baseName(path), kind };
    if (siblings !== undefined) {
      siblings.push(entry);
      return;
    }
    folders.set(folder, [entry]);
    enter(folder, "folder");
  };
  for (const [path, { kind }] of entries) enter(joinPath(top, path), kind);
  return folders;
}
