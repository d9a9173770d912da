import { hostFiles, type HostFileName } from "../fleet/host-folder.ts";
import type { FleetFolder } from "../fleet/host-naming.ts";
import { HardenError } from "../base/errors.ts";
import { baseName, commonFolder, joinPath, parentOf, relativePath } from "../base/paths.ts";
import { makeVisible } from "../base/text.ts";
import { createMatcher } from "../settings/glob.ts";
import type { FleetFiles } from "./files-port.ts";
import { isBelow, outOfTree, type HostEntry } from "./read-host-file.ts";

export const settingsFile = "sesam-harden.ini";
const stpdFile = "stpd.ini";

/** True for paths of a commit that may affect the fleet's verdicts. */
export function isOfFleet(path: string): boolean {
  const name = baseName(path);
  return name === settingsFile || hostFiles.some((file) => file === name);
}

/** Directories that are not searched; `stpd_conf` contains files of Si3 stores. */
const skippedFolders: readonly string[] = [".git", "node_modules", "stpd_conf"];

export interface FleetRoot {
  /** Absolute path; files are named relative to it. */
  readonly root: string;
  /** Absolute paths of the directories and files to check. */
  readonly starts: readonly string[];
  /** An unreadable directory, at which the search for settings ended. */
  readonly blocked?: BlockedFolder | undefined;
}

export interface BlockedFolder {
  /** Absolute path. */
  readonly folder: string;
  readonly reason: string;
  readonly next?: string;
}

/** A directory of the config repo with the host files in it. */
export interface FoundFolder extends FleetFolder {
  /** Absolute path. */
  readonly folder: string;
  readonly entries: readonly HostEntry[];
}

/**
 * The root is the nearest directory at or above the paths with a `sesam-harden.ini`, otherwise the
 * given directory, otherwise the deepest common directory. Paths may be patterns, for shells that do
 * not expand them. A start that a link inside the root leads to is returned at its target, once, as a
 * search finds it. Throws HardenError `usage` if a path does not exist, a pattern matches nothing or a
 * link that leads nowhere, or the paths belong to different fleets.
 */
export function findRoot(paths: readonly string[], files: FleetFiles): FleetRoot {
  const typed = paths.flatMap((path) => expandPattern(path, files));
  const starts = typed.map((path) => files.absolute(path));
  const folders = starts.map((start, index) => {
    const name = makeVisible(typed[index] ?? start);
    const found = files.kindOf(start);
    switch (found.kind) {
      case "folder":
        return start;
      case "missing":
        throw new HardenError("usage", `${name}: no such file or directory`, "Check the path.");
      case "unreadable":
        throw new HardenError(
          "broke",
          `${name}: ${found.reason}`,
          found.next ?? "Grant the user read access.",
        );
      default:
        if (baseName(start) === stpdFile) return parentOf(start);
        throw new HardenError(
          "usage",
          `${name} is not named ${stpdFile}, so it is not read`,
          `Name a directory or a file with exactly this name.`,
        );
    }
  });
  const searches = folders.map((folder) => findAbove(folder, settingsFile, files));
  const roots = new Set(searches.map(({ found }) => found));
  const [settingsFolder] = roots;
  if (roots.size > 1) {
    throw new HardenError(
      "usage",
      `the paths belong to different fleets: each has a different ${settingsFile} above it, or none`,
      "Check one fleet at a time.",
    );
  }
  const blocked = searches.find((search) => search.blocked !== undefined)?.blocked;
  const root = settingsFolder ?? commonFolder(folders);
  const found = starts.map((start, index) => atTarget(start, folders[index] ?? start, root, files));
  return { root, starts: [...new Map(found.map((one) => [one.key, one.start])).values()], blocked };
}

/** The start with the links in the path of its directory resolved, if they stay inside the root. */
function atTarget(
  start: string,
  folder: string,
  root: string,
  files: FleetFiles,
): { readonly start: string; readonly key: string } {
  const [real, realRoot] = [folder, root].map((path) => files.kindOf(path));
  if (real?.kind !== "folder" || realRoot?.kind !== "folder") return { start, key: start };
  const file = start === folder ? "" : baseName(start);
  const below = relativePath(realRoot.realPath, real.realPath);
  const target = below === undefined ? folder : below === "" ? root : joinPath(root, below);
  const nameIn = (place: string): string => (file === "" ? place : joinPath(place, file));
  return { start: nameIn(target), key: nameIn(real.realPath) };
}

const isPattern = (text: string): boolean => /[*?]/.test(text);

/**
 * The directories and `stpd.ini` files that a pattern matches, sorted; `*` and `?` stay in one
 * segment. A path that exists as it is, or is no pattern, is returned as it is.
 */
function expandPattern(typed: string, files: FleetFiles): readonly string[] {
  const path = files.absolute(typed);
  if (!isPattern(typed) || files.kindOf(path).kind !== "missing") return [typed];
  if (path.split("/").includes("**")) {
    throw new HardenError(
      "usage",
      `unsupported pattern '${makeVisible(typed)}': ** is not needed`,
      "Name the directory above it; directories are searched with all their subdirectories.",
    );
  }
  // Before the first slash there is nothing, or a drive.
  const [drive = "", ...segments] = path.split("/");
  let found: readonly string[] = [drive];
  for (const segment of segments) {
    found = found.flatMap((folder) => matchSegment(folder, segment, files));
  }
  const usable = found.filter((match) => {
    const { kind } = files.kindOf(match);
    // What cannot be read must not be left out without an error.
    if (kind === "folder" || kind === "unreadable") return true;
    if (kind === "missing") refuseDangling(match, files);
    return kind === "file" && baseName(match) === stpdFile;
  });
  if (usable.length > 0) return usable.toSorted();
  throw new HardenError(
    "usage",
    `no directory and no ${stpdFile} matches '${makeVisible(typed)}'`,
    "Check the pattern.",
  );
}

function matchSegment(folder: string, segment: string, files: FleetFiles): readonly string[] {
  if (!isPattern(segment)) return [`${folder}/${segment}`];
  const parent = folder === "" ? "/" : folder;
  const { kind } = files.kindOf(parent);
  if (kind === "missing") refuseDangling(parent, files);
  if (kind === "file" || kind === "missing") return [];
  const listing = files.list(parent);
  if (listing.kind !== "entries") {
    const { reason, next = "Grant the user read access." } = listing;
    throw new HardenError("broke", `${makeVisible(parent)}: ${reason}`, next);
  }
  const matches = createMatcher(segment);
  return listing.entries
    .filter(({ name }) => matches(name) && (segment.startsWith(".") || !name.startsWith(".")))
    .map(({ name }) => `${folder}/${name}`);
}

/** Throws HardenError `usage` if a link is why the path is missing: no host is left out silently. */
function refuseDangling(path: string, files: FleetFiles): void {
  const folder = parentOf(path);
  if (folder !== path && files.kindOf(folder).kind === "missing") refuseDangling(folder, files);
  const listing = files.list(folder);
  const entries = listing.kind === "entries" ? listing.entries : [];
  if (!entries.some(({ name, kind }) => kind === "link" && name === baseName(path))) return;
  throw new HardenError(
    "usage",
    `${makeVisible(path)} matches the pattern, but is a link that leads nowhere`,
    "Correct the link, or remove it.",
  );
}

export interface SearchAbove {
  /** Absolute path of the directory. */
  readonly found: string | undefined;
  /** The unreadable directory at which the search ended. */
  readonly blocked?: BlockedFolder;
}

/** The nearest directory, at or above `folder`, with an entry of that name. */
export function findAbove(folder: string, name: string, files: FleetFiles): SearchAbove {
  let current = folder;
  for (;;) {
    const { kind } = files.kindOf(joinPath(current, name));
    const itself = kind === "unreadable" ? files.kindOf(current) : undefined;
    if (itself?.kind === "unreadable") {
      const { reason, next } = itself;
      const advice = next === undefined ? {} : { next };
      return { found: undefined, blocked: { folder: current, reason, ...advice } };
    }
    if (kind !== "missing") return { found: current };
    const parent = parentOf(current);
    if (parent === current) return { found: undefined };
    current = parent;
  }
}

/** Yields every directory once, in unspecified order. Does not follow links. */
export function* listFolders(
  { root, starts }: FleetRoot,
  files: FleetFiles,
): Generator<FoundFolder> {
  const seen = new Set<string>();
  const pending: string[] = [];
  for (const start of starts) {
    if (files.kindOf(start).kind === "folder") pending.push(start);
    else {
      const folder = parentOf(start);
      if (seen.has(folder)) continue;
      seen.add(folder);
      yield describeFolder(folder, root, { entries: listOneHost(folder, files), named: "file" });
    }
  }
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const listing = files.list(folder);
    if (listing.kind === "unreadable") {
      const { reason, next } = listing;
      yield unreadableHost(folder, root, `its folder cannot be listed: ${reason}`, next);
      continue;
    }
    const own: HostEntry[] = [];
    const others: string[] = [];
    for (const { name, kind } of listing.entries) {
      if (isHostFile(name)) own.push({ name, kind });
      else if (kind === "folder") {
        if (!skippedFolders.includes(name.toLowerCase())) pending.push(joinPath(folder, name));
      } else {
        others.push(name);
        if (kind === "link" && leadsOut(joinPath(folder, name), root, files)) {
          yield unreadableHost(joinPath(folder, name), root, outOfTree);
        }
      }
    }
    const named = starts.includes(folder) ? ("folder" as const) : undefined;
    yield describeFolder(folder, root, { entries: own, others, named });
  }
}

function describeFolder(
  folder: string,
  root: string,
  {
    entries,
    others = [],
    named,
  }: Pick<FoundFolder, "entries" | "named"> & { readonly others?: readonly string[] },
): FoundFolder {
  const below = relativePath(root, folder) ?? folder;
  return {
    name: baseName(folder),
    path: below === "" ? "" : `${below}/`,
    folder,
    entries,
    files: entries.map(({ name }) => name),
    misnamed: others.filter((name) => isHostFile(name.toLowerCase())),
    loose: others.filter(isLoose),
    named,
  };
}

function isHostFile(name: string): name is HostFileName {
  return (hostFiles as readonly string[]).includes(name);
}

/** `.ini` files that do not belong to hosts; Windows writes a desktop.ini into directories. */
const foreignFiles: readonly string[] = [settingsFile, "desktop.ini", ...hostFiles];

/** `stpd.ini.txt`, `stpd.txt`, `stpd.ini.bak`, `rds1.ini` */
function isLoose(name: string): boolean {
  const lower = name.toLowerCase();
  return /^stpd\b|\.ini\b/.test(lower) && !foreignFiles.includes(lower);
}

function unreadableHost(folder: string, root: string, reason: string, next?: string): FoundFolder {
  return describeFolder(folder, root, {
    entries: [{ name: stpdFile, kind: "unreadable", reason, next }],
    named: undefined,
  });
}

/** The files of a host whose stpd.ini was given as path. */
function listOneHost(folder: string, files: FleetFiles): readonly HostEntry[] {
  return hostFiles
    .filter((name) => files.kindOf(joinPath(folder, name)).kind !== "missing")
    .map((name) => ({ name, kind: "link" }));
}

/** A linked directory outside the root with an stpd.ini; links inside the root are found at their target. */
function leadsOut(link: string, root: string, files: FleetFiles): boolean {
  const target = files.kindOf(link);
  if (target.kind !== "folder" || isBelow(root, target.realPath, files)) return false;
  return files.kindOf(joinPath(link, stpdFile)).kind !== "missing";
}
