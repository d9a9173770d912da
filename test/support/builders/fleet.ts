import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { FileReading } from "../../../src/core/fleet/read-host.ts";
import { resolvePath } from "../../../src/core/base/paths.ts";
import type {
  FleetFiles,
  FolderEntry,
  PathKind,
} from "../../../src/core/config-repo/files-port.ts";

/** Content at a path of a fleet in memory: bytes, a link to another path, or a read error. */
export type Placed = string | { readonly link: string } | { readonly unreadable: string };

/** A fleet below /repo that exists only in memory; the working directory is /repo. */
export function createMemoryFiles(fleet: Readonly<Record<string, Placed>>): FleetFiles {
  const places = new Map(Object.entries(fleet).map(([path, placed]) => [`/repo/${path}`, placed]));
  const folders = new Set(["/", "/repo"]);
  for (const path of places.keys()) {
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) folders.add(folder);
  }
  /** Follows the links in the directories of a path. */
  const follow = (path: string): string => {
    if (path === "/") return path;
    const folder = follow(dirname(path));
    const placed = folder === "/repo" ? undefined : places.get(folder);
    const isLink = typeof placed === "object" && "link" in placed;
    const real = isLink ? follow(resolvePath(dirname(folder), placed.link, false)) : folder;
    return resolvePath(real, path.slice(path.lastIndexOf("/") + 1), false);
  };
  const kindOf = (typed: string): PathKind => {
    const path = follow(typed);
    if (folders.has(path)) return { kind: "folder", realPath: path };
    const placed = places.get(path);
    if (placed === undefined) return { kind: "missing" };
    if (typeof placed === "string") return { kind: "file", realPath: path };
    if ("unreadable" in placed) return { kind: "unreadable", reason: placed.unreadable };
    return kindOf(resolvePath(dirname(path), placed.link, false));
  };
  const children = new Map<string, FolderEntry[]>([["/", []]]);
  const enter = (path: string, kind: FolderEntry["kind"]): void => {
    const entry = { name: path.slice(path.lastIndexOf("/") + 1), kind };
    const siblings = children.get(dirname(path));
    if (siblings === undefined) children.set(dirname(path), [entry]);
    else siblings.push(entry);
  };
  for (const folder of folders) if (folder !== "/") enter(folder, "folder");
  for (const [path, placed] of places) {
    enter(path, typeof placed === "object" && "link" in placed ? "link" : "file");
  }
  return {
    absolute: (typed) => resolvePath("/repo", typed, false),
    kindOf,
    list: (folder) => ({ kind: "entries", entries: children.get(folder) ?? [] }),
    replace: () => ({ kind: "refused", reason: "this fleet exists in memory alone" }),
    read: (path, limit): FileReading => {
      const placed = places.get(follow(path));
      if (typeof placed !== "string") {
        const reason = placed !== undefined && "unreadable" in placed ? placed.unreadable : "gone";
        return { kind: "unreadable", reason };
      }
      return placed.length > limit
        ? { kind: "unreadable", reason: "it is larger than 1 MiB" }
        : { kind: "bytes", bytes: placed };
    },
  };
}

/** A fleet on disk, removed after the test; returns its directory. */
export function writeFleet(fleet: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, bytes] of Object.entries(fleet)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, "latin1");
  }
  return folder;
}
