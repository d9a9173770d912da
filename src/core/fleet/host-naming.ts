import { createMatcher } from "../settings/glob.ts";
import type { HostFileName } from "./host-folder.ts";

/** A directory of the config repo. */
export interface FleetFolder {
  readonly name: string;
  /** Below the root, with a slash at its end unless it is the root. */
  readonly path: string;
  /** Names of the files in it that are read for a host. */
  readonly files: readonly HostFileName[];
  /** Names that differ from those in nothing but case. */
  readonly misnamed: readonly string[];
  /** Other names that may be meant as an stpd.ini: `stpd.ini.txt`, `rds1.ini`. */
  readonly loose: readonly string[];
  /** What the user named: the stpd.ini in it, or the directory. */
  readonly named?: "file" | "folder" | undefined;
}

/** A directory that is a host, or that has to be one by `include` or its neighbours. */
export interface FoundNamed<Folder extends FleetFolder> {
  readonly folder: Folder;
  readonly name: string;
  /** Where its stpd.ini is, or should be; with a slash at its end unless it is the root. */
  readonly path: string;
  /** Files that are most likely meant for it, and are not read; with their path if elsewhere. */
  readonly misnamed: readonly string[];
  /** Path of the directory that names it. */
  readonly top: string;
  readonly isNamedByPattern: boolean;
}

export interface Naming<Folder extends FleetFolder> {
  readonly hosts: readonly FoundNamed<Folder>[];
  /** Patterns of `include` that no stpd.ini matches. */
  readonly unmatched: readonly string[];
}

export const stpdFile = "stpd.ini";

/**
 * Finds the hosts among the directories, so that none is lost and no two become one. What the last
 * `*` of a pattern matches is the host's name, and every directory that it matches has to be a
 * host. With `**` the directory of the file names the host, and a directory next to hosts that has
 * something like an stpd.ini has to be one as well.
 */
export function nameHosts<Folder extends FleetFolder>(
  folders: readonly Folder[],
  include: readonly string[],
): Naming<Folder> {
  const patterns = include.map(readPattern);
  const found = new Map<string, FoundNamed<Folder>>();
  for (const folder of folders) {
    const pattern = patterns.find(({ matches }) => matches(folder.path + stpdFile));
    if (!isHost(folder) || (pattern === undefined && folder.named !== "file")) continue;
    found.set(folder.path, describe(folder, pattern?.host, folder.path));
  }
  const present = [...found.values()];
  const tree = readTree(folders, present);
  const missing = patterns.flatMap((pattern) =>
    pattern.host === undefined
      ? listSiblings(tree, pattern)
      : listExpected(tree, { ...pattern, host: pattern.host }),
  );
  for (const one of missing) found.set(one.path, one);
  return {
    hosts: [...found.values()],
    unmatched: patterns
      .filter(
        ({ matches }) =>
          !present.some(({ path, folder }) => hasStpd(folder) && matches(path + stpdFile)),
      )
      .map(({ text }) => text),
  };
}

interface Tree<Folder extends FleetFolder> {
  readonly byPath: ReadonlyMap<string, Folder>;
  readonly present: readonly FoundNamed<Folder>[];
  /** Tells of a directory that no host is in it or below it; hidden ones belong to tools. */
  readonly isEmpty: (folder: FleetFolder) => boolean;
}

function readTree<Folder extends FleetFolder>(
  folders: readonly Folder[],
  present: readonly FoundNamed<Folder>[],
): Tree<Folder> {
  const covered = new Set<string>();
  for (const { path } of present) {
    covered.add(path);
    // Without a list per host, since a fleet has thousands.
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      covered.add(path.slice(0, end + 1));
    }
  }
  return {
    byPath: new Map(folders.map((folder) => [folder.path, folder])),
    present,
    isEmpty: ({ name, path }) => !name.startsWith(".") && !covered.has(path),
  };
}

/** The directories above one, without the root. */
export function listAbove(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -2);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

interface Pattern {
  readonly text: string;
  readonly parts: readonly string[];
  readonly matches: (path: string) => boolean;
  /** Index of the last directory with a wildcard; undefined where the file's own names the host. */
  readonly host: number | undefined;
}

function readPattern(text: string): Pattern {
  const parts = text.split("/");
  const last = parts.slice(0, -1).findLastIndex((part) => /[*?]/.test(part));
  const host = last < 0 || parts.includes("**") ? undefined : last;
  return { text, parts, matches: createMatcher(text), host };
}

function describe<Folder extends FleetFolder>(
  folder: Folder,
  host: number | undefined,
  path: string,
): FoundNamed<Folder> {
  const parts = path.split("/");
  const named = host === undefined ? undefined : parts[host];
  const top = host === undefined ? path : `${parts.slice(0, host + 1).join("/")}/`;
  const spelled = hasStpd(folder) ? [] : folder.loose.filter((name) => /^stpd/i.test(name));
  const misnamed = [...folder.misnamed, ...spelled];
  return {
    folder,
    name: named ?? folder.name,
    path,
    top,
    misnamed,
    isNamedByPattern: named !== undefined,
  };
}

function hasStpd({ files }: FleetFolder): boolean {
  return files.includes(stpdFile);
}

function isHost({ files, misnamed }: FleetFolder): boolean {
  return files.length > 0 || misnamed.some((name) => name.toLowerCase() === stpdFile);
}

/** The directories that the last wildcard matches, and in or below which there is no host. */
function listExpected<Folder extends FleetFolder>(
  { byPath, isEmpty }: Tree<Folder>,
  { parts, host }: Pattern & { readonly host: number },
): readonly FoundNamed<Folder>[] {
  const matches = createMatcher(`${parts.slice(0, host + 1).join("/")}/`);
  const rest = parts.slice(host + 1, -1).map((part) => `${part}/`);
  return [...byPath.values()]
    .filter((folder) => matches(folder.path) && isEmpty(folder))
    .map((folder) => {
      const path = folder.path + rest.join("");
      const found = describe(byPath.get(path) ?? folder, host, path);
      const deeper = [...byPath.values()]
        .filter((other) => other.path.startsWith(folder.path) && hasStpd(other))
        .map((other) => other.path + stpdFile);
      return { ...found, misnamed: [...found.misnamed, ...deeper] };
    });
}

/** Directories next to hosts with a file that may be meant as their stpd.ini. */
function listSiblings<Folder extends FleetFolder>(
  { byPath, present, isEmpty }: Tree<Folder>,
  { matches }: Pattern,
): readonly FoundNamed<Folder>[] {
  const parents = new Set(present.filter(({ folder }) => hasStpd(folder)).map(parentOf));
  return [...byPath.values()]
    .filter(
      (folder) =>
        folder.loose.length > 0 &&
        parents.has(parentOf(folder)) &&
        matches(folder.path + stpdFile) &&
        isEmpty(folder),
    )
    .map((folder) => describe(folder, undefined, folder.path));
}

/** Undefined for the root, which is next to nothing. */
function parentOf({ path }: { readonly path: string }): string | undefined {
  return path === "" ? undefined : path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
}
