import { mostInventoryBytes } from "../core/fleet/interfaces.ts";
import { hostFiles, type HostFileName } from "../core/fleet/host-folder.ts";
import type { FileReading } from "../core/fleet/read-host.ts";
import { HardenError } from "../core/harden-error.ts";
import { baseName, commonFolder, joinPath, parentOf, relativePath } from "../core/paths.ts";
import { makeVisible } from "../core/text.ts";
import type { FleetFiles, FolderEntry } from "./fleet-files.ts";

export const settingsFile = "sesam-harden.ini";
const stpdFile = "stpd.ini";

/** True for the paths of a commit that a fleet's verdict may depend on. */
export function isOfFleet(path: string): boolean {
  const name = baseName(path);
  return name === settingsFile || hostFiles.some((file) => file === name);
}

/** Folders without files of the fleet; `stpd_conf` holds files of Si3 stores. */
const skippedFolders: readonly string[] = [".git", "node_modules", "stpd_conf"];

export interface FleetRoot {
  /** Absolute path that files are named relative to. */
  readonly root: string;
  /** Absolute paths of the folders and files to look at. */
  readonly starts: readonly string[];
}

/** A host's folder, and what of a host lies in it. */
export interface FoundHost {
  /** Name of the folder. */
  readonly name: string;
  /** Path of the folder below the root, with a slash at its end unless it is the root. */
  readonly path: string;
  /** Absolute path. */
  readonly folder: string;
  readonly entries: readonly HostEntry[];
}

/**
 * The root is the nearest folder above with a `sesam-harden.ini`, else the folder given, else the
 * deepest folder that all given paths lie in. Throws HardenError `usage` where a path does not
 * exist or paths belong to different fleets.
 */
export function findRoot(typed: readonly string[], files: FleetFiles): FleetRoot {
  const starts = typed.map((path) => files.absolute(path));
  const folders = starts.map((start, index) => {
    const name = makeVisible(typed[index] ?? start);
    const found = files.kindOf(start);
    switch (found.kind) {
      case "folder":
        return start;
      case "missing":
        throw new HardenError("usage", `${name}: no such file or folder`, "Check the path.");
      case "unreadable":
        throw new HardenError("broke", `${name}: ${found.reason}`, "Give the user access to it.");
      default:
        if (baseName(start) === stpdFile) return parentOf(start);
        throw new HardenError(
          "usage",
          `${name} is no ${stpdFile}`,
          `Name a folder or a ${stpdFile}.`,
        );
    }
  });
  const roots = new Set(folders.map((folder) => findAbove(folder, settingsFile, files)));
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

/** The nearest folder, this one or one above it, that holds something of that name. */
export function findAbove(folder: string, name: string, files: FleetFiles): string | undefined {
  let current = folder;
  for (;;) {
    if (files.kindOf(joinPath(current, name)).kind !== "missing") return current;
    const parent = parentOf(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/**
 * Yields every host's folder once, in no order that anybody may rely on. A folder is one of a host
 * if it holds one of the four files. Follows no link to a folder.
 */
export function* findHosts({ root, starts }: FleetRoot, files: FleetFiles): Generator<FoundHost> {
  const seen = new Set<string>();
  const pending: string[] = [];
  for (const start of starts) {
    if (files.kindOf(start).kind === "folder") pending.push(start);
    else {
      const folder = parentOf(start);
      if (seen.has(folder)) continue;
      seen.add(folder);
      yield describeHost(folder, root, listOneHost(folder, files));
    }
  }
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const listing = files.list(folder);
    if (listing.kind === "unreadable") {
      const reason = `its folder cannot be listed: ${listing.reason}`;
      yield unreadableHost(folder, root, reason);
      continue;
    }
    const own: HostEntry[] = [];
    for (const { name, kind } of listing.entries) {
      if (isHostFile(name)) own.push({ name, kind });
      else if (kind === "folder" && !skippedFolders.includes(name))
        pending.push(joinPath(folder, name));
      else if (kind === "link" && leadsOut(joinPath(folder, name), root, files)) {
        yield unreadableHost(joinPath(folder, name), root, outOfTree);
      }
    }
    if (own.length > 0) yield describeHost(folder, root, own);
  }
}

export interface HostEntry {
  readonly name: HostFileName;
  /** unreadable: nothing was looked at, for the reason. */
  readonly kind: FolderEntry["kind"] | "unreadable";
  readonly reason?: string;
}

function describeHost(folder: string, root: string, entries: readonly HostEntry[]): FoundHost {
  const below = relativePath(root, folder) ?? folder;
  return { name: baseName(folder), path: below === "" ? "" : `${below}/`, folder, entries };
}

function isHostFile(name: string): name is HostFileName {
  return (hostFiles as readonly string[]).includes(name);
}

function unreadableHost(folder: string, root: string, reason: string): FoundHost {
  return describeHost(folder, root, [{ name: stpdFile, kind: "unreadable", reason }]);
}

/** The files of a host whose stpd.ini was named itself. */
function listOneHost(folder: string, files: FleetFiles): readonly HostEntry[] {
  return hostFiles
    .filter((name) => files.kindOf(joinPath(folder, name)).kind !== "missing")
    .map((name) => ({ name, kind: "link" }));
}

export const outOfTree = "it lies behind a link that leads out of the config repo";

/** A linked folder outside that holds an stpd.ini; one inside is found at its own place. */
function leadsOut(link: string, root: string, files: FleetFiles): boolean {
  const target = files.kindOf(link);
  if (target.kind !== "folder" || isBelow(root, target.realPath, files)) return false;
  return files.kindOf(joinPath(link, stpdFile)).kind !== "missing";
}

/** True for a path below a folder that a link leads out of the folder. */
export function isLedOut(path: string, folder: string, files: FleetFiles): boolean {
  const target = files.kindOf(path);
  const isNamedBelow = relativePath(folder, path) !== undefined;
  return isNamedBelow && "realPath" in target && !isBelow(folder, target.realPath, files);
}

/** The root itself may be reached through a link. */
function isBelow(root: string, realPath: string, files: FleetFiles): boolean {
  const real = files.kindOf(root);
  const roots = "realPath" in real ? [root, real.realPath] : [root];
  return roots.some((folder) => relativePath(folder, realPath) !== undefined);
}

/** Real files have a few dozen lines; an inventory of thousands of clients has more. */
const largest: Readonly<Record<HostFileName, number>> = {
  "stpd.ini": 1024 * 1024,
  "host.ini": 1024 * 1024,
  "globals.ini": 1024 * 1024,
  "interfaces.json": mostInventoryBytes,
};

export function readHostFile(
  { folder }: FoundHost,
  { name, kind, reason = "" }: HostEntry,
  root: string,
  files: FleetFiles,
): FileReading {
  const path = joinPath(folder, name);
  switch (kind) {
    case "file":
      return files.read(path, largest[name]);
    case "link":
      return readLink(path, largest[name], root, files);
    case "folder":
      return { kind: "unreadable", reason: "it is a directory" };
    case "other":
      return { kind: "unreadable", reason: "it is not a regular file" };
    case "unreadable":
      return { kind: "unreadable", reason };
  }
}

/** Reads a file of the config repo that may be a link, which has to stay within the root. */
export function readLink(
  path: string,
  limit: number,
  root: string,
  files: FleetFiles,
): FileReading {
  const target = files.kindOf(path);
  switch (target.kind) {
    case "file":
      return isBelow(root, target.realPath, files)
        ? files.read(target.realPath, limit)
        : { kind: "unreadable", reason: outOfTree };
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
