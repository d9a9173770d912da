import type { HostFileName } from "../fleet/host-folder.ts";
import { nameHosts } from "../fleet/host-naming.ts";
import { findNamingProblems, type NamingProblem } from "../fleet/naming-problems.ts";
import type { FileReading, HostSource } from "../fleet/read-host.ts";
import { HardenError, type Problem } from "../base/errors.ts";
import { joinPath, parentOf, relativePath } from "../base/paths.ts";
import { makeVisible, compareText } from "../base/text.ts";
import { listLowered, listNeverFailing, type Relaxed } from "../rules/relaxed.ts";
import {
  defaultInclude,
  readSettings,
  type Overrides,
  type Settings,
} from "../settings/settings.ts";
import { rules } from "../rules/index.ts";
import type { FleetFiles } from "./files-port.ts";
import {
  findAbove,
  findRoot,
  listFolders,
  settingsFile,
  type BlockedFolder,
  type FleetRoot,
} from "./discover-hosts.ts";
import {
  outOfTree,
  readHostFile,
  readLink,
  type FoundHost,
  type HostEntry,
} from "./read-host-file.ts";
import { knowRules } from "../rules/rule.ts";

export interface OpenFleet {
  /** Absolute path. */
  readonly root: string;
  readonly settings: Settings;
  /** Of sesam-harden.ini, and of the names of hosts. */
  readonly problems: readonly Problem[];
  /** The hosts that the settings include and that were asked for. */
  readonly folders: readonly FoundHost[];
  /** The other ones of the fleet. */
  readonly others: readonly FoundHost[];
  /** False where there may be hosts of the fleet that are in neither list. */
  readonly isWhole: boolean;
  /** Patterns of `include` that no stpd.ini matches; none where only a part was asked for. */
  readonly unmatched: readonly string[];
  /** Each stpd.ini below the paths asked for that is no host's; paths below the root, sorted. */
  readonly notIncluded: readonly string[];
  /** A sesam-harden.ini above the root, which the one at the root hides. */
  readonly settingsNotUsed: readonly string[];
  /** Files that may belong to the fleet but could not be read, with the reason. */
  readonly unread: readonly string[];
  readonly read: ReadEntry;
}

export type ReadEntry = (host: FoundHost, entry: HostEntry) => FileReading;

export interface FleetRequest {
  readonly paths: readonly string[];
  readonly overrides: Overrides;
}

const largestSettings = 1024 * 1024;

/** Reads the settings and finds the hosts. Throws HardenError `usage` for a wrong path. */
export function openFleet({ paths, overrides }: FleetRequest, files: FleetFiles): OpenFleet {
  const found = findRoot(paths, files);
  const { root, starts, blocked } = found;
  const { settings, problems } = loadSettings(found, overrides, files);
  // Only a settings file tells where a fleet ends: without one the root may be that of the disk.
  const all = settings.file === undefined ? starts : [...starts, root];
  const listed = [...listFolders({ root, starts: all }, files)];
  const naming = nameHosts(listed, settings.include);
  const hosts = naming.hosts.map(({ folder, name, path, misnamed }): FoundHost => {
    const entries = folder.path === path ? folder.entries : [];
    return { name, path, folder: folder.folder, entries, misnamed };
  });
  const isAsked = ({ folder }: Pick<FoundHost, "folder">): boolean =>
    starts.some(
      (start) =>
        relativePath(start, folder) !== undefined || relativePath(folder, start) === "stpd.ini",
    );
  const wrong = findNamingProblems(naming.hosts, listed);
  const included = new Set(hosts.filter(hasStpd).map(({ path }) => path));
  const others = hosts.filter((host) => !isAsked(host));
  const unread = [
    ...(blocked === undefined ? [] : [describeBlocked(blocked)]),
    ...others.flatMap(describeUnread),
  ];
  const isBounded =
    settings.file !== undefined ||
    (starts.includes(root) && hosts.every(({ path }) => path !== ""));
  return {
    root,
    settings,
    problems: [...problems, ...wrong.map(placeProblem)],
    folders: hosts.filter(isAsked),
    others,
    isWhole: isBounded && unread.length === 0,
    unmatched: starts.includes(root) ? naming.unmatched : [],
    notIncluded: listed
      .filter((one) => hasStpd(one) && !included.has(one.path) && isAsked(one))
      .map(({ path }) => `${path}stpd.ini`)
      .toSorted(compareText),
    settingsNotUsed: settings.file === undefined ? [] : findSettingsAbove(root, files),
    unread,
    read: (host, entry) => readHostFile(host, entry, root, files),
  };
}

function describeBlocked({ folder, reason, next = "" }: BlockedFolder): string {
  return `no ${settingsFile} was looked for in ${folder} or above: ${reason}. ${next}`.trimEnd();
}

/** A directory outside the ones that were asked for: an inventory in it would say what is used. */
function describeUnread({ folder, entries }: FoundHost): readonly string[] {
  return entries.flatMap(({ kind, reason = "", next = "" }) =>
    kind === "unreadable" && reason !== outOfTree
      ? [`${folder} was not read: ${reason}. ${next}`.trimEnd()]
      : [],
  );
}

function placeProblem({ file, message, next }: NamingProblem): Problem {
  return { file, line: 1, column: 1, message: makeVisible(message), next: makeVisible(next) };
}

/** What is taken away from the check of these hosts' environments. */
export function relaxationOf(
  fleet: Pick<OpenFleet, "settings" | "notIncluded" | "settingsNotUsed">,
  environments: readonly (string | null)[],
): Relaxed {
  const { settings, notIncluded, settingsNotUsed } = fleet;
  return {
    rules: listLowered(settings, rules),
    notIncluded,
    settingsNotUsed,
    neverFails: listNeverFailing(settings, environments),
  };
}

/** A host with what its files hold. */
export function readAll(host: FoundHost, read: ReadEntry): HostSource {
  const { name, path, misnamed } = host;
  const readings: Partial<Record<HostFileName, FileReading>> = {};
  for (const entry of host.entries) readings[entry.name] = read(host, entry);
  return { name, path, misnamed, files: readings };
}

/** Where two lie above one another, a check from the inner one never sees the outer one. */
function findSettingsAbove(root: string, files: FleetFiles): readonly string[] {
  const parent = parentOf(root);
  const above = parent === root ? undefined : findAbove(parent, settingsFile, files).found;
  if (above === undefined || files.kindOf(joinPath(above, settingsFile)).kind !== "file") return [];
  const below = relativePath(above, root) ?? "";
  return [`${"../".repeat(below.split("/").length)}${settingsFile}`];
}

export function hasStpd({ entries }: Pick<FoundHost, "entries">): boolean {
  return entries.some(({ name }) => name === "stpd.ini");
}

export function refuseEmpty({ settings, folders }: OpenFleet): HardenError {
  const { include, file } = settings;
  const misnamed = folders.flatMap(({ path, misnamed: names }) =>
    names.map((name) => (name.includes("/") ? name : path + name)),
  );
  const nothing = "there is no stpd.ini here, so nothing was checked";
  if (misnamed.length > 0) {
    return new HardenError(
      "nothing-found",
      `${nothing}: ${makeVisible(misnamed.slice(0, 3).join(", "))} is not named exactly so`,
      "Rename each to stpd.ini.",
    );
  }
  return include === defaultInclude
    ? new HardenError(
        "nothing-found",
        nothing,
        "Name the directory that holds the hosts' directories, each with its stpd.ini.",
      )
    : new HardenError(
        "nothing-found",
        `${nothing}: no stpd.ini matches include = ${makeVisible(include.join(" "))}`,
        `Correct include in ${file?.file ?? settingsFile}: its paths start at the directory of that file.`,
      );
}

function loadSettings(
  { root, blocked }: FleetRoot,
  overrides: Overrides,
  files: FleetFiles,
): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const path = joinPath(root, settingsFile);
  const seen = files.kindOf(path).kind;
  // Below a directory that may not be read the search has said so already.
  const kind = seen === "unreadable" && blocked !== undefined ? "missing" : seen;
  const misnamed = kind === "missing" ? findMisnamed(root, files) : undefined;
  const reading: FileReading =
    kind === "missing" ? { kind: "missing" } : readLink(path, largestSettings, root, files);
  const bytes = reading.kind === "bytes" ? reading.bytes : undefined;
  const read = readSettings(settingsFile, bytes, overrides, knowRules(rules));
  if (misnamed !== undefined) {
    const message = `this file is not named ${settingsFile}, so its settings would not count`;
    const next = `Rename it to ${settingsFile}.`;
    return { ...read, problems: [{ file: misnamed, line: 1, column: 1, message, next }] };
  }
  if (reading.kind !== "unreadable") return read;
  const message = `this file was not read: ${reading.reason}`;
  const { next = "Put a file of settings there, or remove it." } = reading;
  return { ...read, problems: [{ file: settingsFile, line: 1, column: 1, message, next }] };
}

/** Settings that would be overlooked for the case of their name. */
function findMisnamed(root: string, files: FleetFiles): string | undefined {
  const listing = files.list(root);
  const entries = listing.kind === "entries" ? listing.entries : [];
  return entries.find(({ name }) => name.toLowerCase() === settingsFile)?.name;
}

export function refuseSettings(problems: readonly Problem[], root: string): HardenError {
  const sorted = problems.toSorted(
    (left, right) =>
      compareText(left.file, right.file) || left.line - right.line || left.column - right.column,
  );
  const count = `${sorted.length} ${sorted.length === 1 ? "thing is" : "things are"}`;
  return new HardenError(
    "settings",
    `${count} wrong in the settings, so nothing was checked`,
    "Mend the settings and check again.",
    { problems: sorted, root },
  );
}
