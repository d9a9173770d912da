import type { HostFileName } from "../fleet/host-folder.ts";
import { maxInventoryBytes } from "../fleet/interfaces.ts";
import type { FileReading } from "../fleet/read-host.ts";
import { joinPath, relativePath } from "../base/paths.ts";
import type { FleetFiles, FolderEntry } from "./files-port.ts";
export const outOfTree = "it is behind a link that leads out of the config repo";

/** Size limits in bytes. Real files have a few dozen lines; large inventories need more. */
const largest: Readonly<Record<HostFileName, number>> = {
  "stpd.ini": 1024 * 1024,
  "host.ini": 1024 * 1024,
  "globals.ini": 1024 * 1024,
  "interfaces.json": maxInventoryBytes,
};

export function readHostFile(
  { folder }: Pick<FoundHost, "folder">,
  { name, kind, reason = "", next }: HostEntry,
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
      return { kind: "unreadable", reason, ...(next === undefined ? {} : { next }) };
  }
}

/** Reads a file of the config repo; links must stay inside the root. */
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

/** The path to the root itself may contain links. */
export function isBelow(root: string, realPath: string, files: FleetFiles): boolean {
  const real = files.kindOf(root);
  const roots = "realPath" in real ? [root, real.realPath] : [root];
  return roots.some((folder) => relativePath(folder, realPath) !== undefined);
}

/** True for a path inside a directory that leads out of it through a link. */
export function isLedOut(path: string, folder: string, files: FleetFiles): boolean {
  const target = files.kindOf(path);
  const isNamedBelow = relativePath(folder, path) !== undefined;
  return isNamedBelow && "realPath" in target && !isBelow(folder, target.realPath, files);
}

/** A host with its files. */
export interface FoundHost {
  readonly name: string;
  /** Path of the directory relative to the root, with a trailing slash unless it is the root. */
  readonly path: string;
  /** Absolute path. */
  readonly folder: string;
  readonly entries: readonly HostEntry[];
  /** Files that probably belong to the host but are not read. */
  readonly misnamed: readonly string[];
}

export interface HostEntry {
  readonly name: HostFileName;
  /** unreadable: nothing was read, for this reason. */
  readonly kind: FolderEntry["kind"] | "unreadable";
  readonly reason?: string;
  readonly next?: string | undefined;
}
