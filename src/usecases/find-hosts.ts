import type { FileReading } from "../core/check.ts";
import { HardenError } from "../core/harden-error.ts";
import { baseName, commonFolder, joinPath, parentOf, relativePath } from "../core/paths.ts";
import { makeVisible } from "../core/text.ts";
import type { FleetFiles, FolderEntry } from "./fleet-files.ts";

export const settingsFile = "sesam-harden.ini";
const hostFile = "stpd.ini";

/** Folders without files of the fleet; `stpd_conf` holds files of Si3 stores. */
const skippedFolders: readonly string[] = [".git", "node_modules", "stpd_conf"];

/** Real files have a few dozen lines. */
const largestFile = 1024 * 1024;

export interface FleetRoot {
  /** Absolute path that files are named relative to. */
  readonly root: string;
  /** Absolute paths of the folders and files to look at. */
  readonly starts: readonly string[];
}

export interface FoundHost {
  /** Name of the folder that the file lies in. */
  readonly name: string;
  /** Path below the root. */
  readonly file: string;
  readonly read: () => FileReading;
}

/**
 * The root is the nearest folder above with a `sesam-harden.ini`, else the folder given, else the
 * deepest folder that all given paths lie in. Throws HardenError `usage` where a path does not
 * exist or paths belong to different fleets.
 */
export function findRoot(typed: readonly string[], files: FleetFiles): FleetRoot {
  const starts = typed.map((path) => files.absolute(path));
  const folders = starts.map((start, index) => {
    const { kind } = files.kindOf(start);
    if (kind === "folder") return start;
    if (kind === "file" && baseName(start) === hostFile) return parentOf(start);
    const name = makeVisible(typed[index] ?? start);
    throw kind === "file"
      ? new HardenError("usage", `${name} is no ${hostFile}`, `Name a folder or a ${hostFile}.`)
      : new HardenError("usage", `${name}: no such file or folder`, "Check the path.");
  });
  const roots = new Set(folders.map((folder) => findSettingsFolder(folder, files)));
  const [settingsFolder] = roots;
  if (roots.size > 1) {
    throw new HardenError(
      "usage",
      `the paths belong to different fleets: ${settingsFile} lies above some of them only, or in different folders`,
      "Check one fleet at a time.",
    );
  }
  return { root: settingsFolder ?? commonFolder(folders), starts };
}

function findSettingsFolder(folder: string, files: FleetFiles): string | undefined {
  let current = folder;
  for (;;) {
    if (files.kindOf(joinPath(current, settingsFile)).kind === "file") return current;
    const parent = parentOf(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/** Yields every stpd.ini once, in no order that anybody may rely on. Follows no link to a folder. */
export function* findHosts({ root, starts }: FleetRoot, files: FleetFiles): Generator<FoundHost> {
  const seen = new Set<string>();
  const found = (path: string, read: () => FileReading): FoundHost => ({
    name: baseName(parentOf(path)),
    file: relativePath(root, path) ?? path,
    read,
  });
  const pending: string[] = [];
  for (const start of starts) {
    const { kind } = files.kindOf(start);
    if (kind === "folder") pending.push(start);
    else if (!seen.has(start)) {
      seen.add(start);
      yield found(start, () => readInside(start, root, files));
    }
  }
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const listing = files.list(folder);
    if (listing.kind === "unreadable") {
      const { reason } = listing;
      yield found(joinPath(folder, hostFile), () => ({
        kind: "unreadable",
        reason: `its folder cannot be listed: ${reason}`,
      }));
      continue;
    }
    for (const entry of listing.entries) {
      const path = joinPath(folder, entry.name);
      if (entry.name === hostFile) {
        if (seen.has(path)) continue;
        seen.add(path);
        yield found(path, () => readEntry(path, entry, root, files));
      } else if (entry.kind === "folder" && !skippedFolders.includes(entry.name)) {
        pending.push(path);
      } else if (entry.kind === "link" && leadsOut(path, root, files)) {
        yield found(joinPath(path, hostFile), () => outOfTree);
      }
    }
  }
}

const outOfTree: FileReading = {
  kind: "unreadable",
  reason: "it lies behind a link that leads out of the config repo",
};

/** A linked folder outside that holds an stpd.ini; one inside is found at its own place. */
function leadsOut(link: string, root: string, files: FleetFiles): boolean {
  const target = files.kindOf(link);
  if (target.kind !== "folder" || relativePath(root, target.realPath) !== undefined) return false;
  return files.kindOf(joinPath(link, hostFile)).kind !== "missing";
}

function readEntry(
  path: string,
  { kind }: FolderEntry,
  root: string,
  files: FleetFiles,
): FileReading {
  switch (kind) {
    case "file":
      return files.read(path, largestFile);
    case "link":
      return readInside(path, root, files);
    case "folder":
      return { kind: "unreadable", reason: "it is a directory" };
    case "other":
      return { kind: "unreadable", reason: "it is not a regular file" };
  }
}

function readInside(path: string, root: string, files: FleetFiles): FileReading {
  const target = files.kindOf(path);
  switch (target.kind) {
    case "file":
      return relativePath(root, target.realPath) === undefined
        ? outOfTree
        : files.read(target.realPath, largestFile);
    case "folder":
      return { kind: "unreadable", reason: "it is a directory" };
    case "missing":
      return { kind: "unreadable", reason: "it is a link that leads nowhere" };
    case "unreadable":
      return target;
    case "other":
      return { kind: "unreadable", reason: "it is not a regular file" };
  }
}
