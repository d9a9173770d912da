import type { HostFileName } from "../fleet/host-folder.ts";
import { nameHosts } from "../fleet/host-naming.ts";
import { findNamingProblems, type NamingProblem } from "../fleet/naming-problems.ts";
import type { FileReading, HostSource } from "../fleet/read-host.ts";
import { HardenError, type Problem } from "../base/errors.ts";
import { joinPath, parentOf, relativePath } from "../base/paths.ts";
import { compareText, countOf, makeVisible } from "../base/text.ts";
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
  /** Problems of sesam-harden.ini and of host names. */
  readonly problems: readonly Problem[];
  /** The hosts under the requested paths that the settings include. */
  readonly folders: readonly FoundHost[];
  /** The other hosts of the fleet. */
  readonly others: readonly FoundHost[];
  /** False if the fleet may have hosts that are in neither list. */
  readonly isWhole: boolean;
  /** `include` patterns that match no stpd.ini; empty if only part of the fleet was requested. */
  readonly unmatched: readonly string[];
  /** Every stpd.ini under the requested paths that belongs to no host; sorted, relative to the root. */
  readonly notIncluded: readonly string[];
  /** Each sesam-harden.ini above the root, which is ignored. */
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

/** Reads the settings and finds the hosts. Throws HardenError `usage` for an invalid path. */
export function openFleet({ paths, overrides }: FleetRequest, files: FleetFiles): OpenFleet {
  const found = findRoot(paths, files);
  const { root, starts, blocked } = found;
  const { settings, problems } = loadSettings(found, overrides, files);
  // Only a settings file marks the root of a fleet; without one, the root could be that of the file
  // system.
  const all = settings.file === undefined ? starts : [...starts, root];
  // Sorted once, so that later sorts find everything in order.
  const listed = [...listFolders({ root, starts: all }, files)].toSorted((left, right) =>
    compareText(left.path, right.path),
  );
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
  return `did not search ${folder} or above for ${settingsFile}: ${reason}. ${next}`.trimEnd();
}

/** Unreadable directories outside the requested paths, which may contain an inventory. */
function describeUnread({ folder, entries }: FoundHost): readonly string[] {
  return entries.flatMap(({ kind, reason = "", next = "" }) =>
    kind === "unreadable" && reason !== outOfTree
      ? [`cannot read ${folder}: ${reason}. ${next}`.trimEnd()]
      : [],
  );
}

function placeProblem({ file, message, next }: NamingProblem): Problem {
  return { file, line: 1, column: 1, message: makeVisible(message), next: makeVisible(next) };
}

/** How the settings relax the check for these environments. */
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

/** A host with the contents of its files. */
export function readAll(host: FoundHost, read: ReadEntry): HostSource {
  const { name, path, misnamed } = host;
  const readings: Partial<Record<HostFileName, FileReading>> = {};
  for (const entry of host.entries) readings[entry.name] = read(host, entry);
  return { name, path, misnamed, files: readings };
}

/** Finds outer settings files, which a check from an inner one ignores. */
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
  const nothing = "no stpd.ini found, so nothing was checked";
  if (misnamed.length > 0) {
    return new HardenError(
      "nothing-found",
      `${nothing}: ${makeVisible(misnamed.slice(0, 3).join(", "))} must be named exactly stpd.ini`,
      "Rename the file to stpd.ini.",
    );
  }
  return include === defaultInclude
    ? new HardenError(
        "nothing-found",
        nothing,
        "Pass the directory that contains the host directories, each with its stpd.ini.",
      )
    : new HardenError(
        "nothing-found",
        `${nothing}: none matches include = ${makeVisible(include.join(" "))}`,
        `Correct include in ${file?.file ?? settingsFile}; patterns are relative to its directory.`,
      );
}

function loadSettings(
  { root, blocked }: FleetRoot,
  overrides: Overrides,
  files: FleetFiles,
): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const path = joinPath(root, settingsFile);
  const seen = files.kindOf(path).kind;
  // The search has already reported an unreadable parent directory.
  const kind = seen === "unreadable" && blocked !== undefined ? "missing" : seen;
  const misnamed = kind === "missing" ? findMisnamed(root, files) : undefined;
  const reading: FileReading =
    kind === "missing" ? { kind: "missing" } : readLink(path, largestSettings, root, files);
  const bytes = reading.kind === "bytes" ? reading.bytes : undefined;
  const read = readSettings(settingsFile, bytes, overrides, knowRules(rules));
  if (misnamed !== undefined) {
    const message = `this file is not named ${settingsFile}, so its settings would be ignored`;
    const next = `Rename it to ${settingsFile}.`;
    return { ...read, problems: [{ file: misnamed, line: 1, column: 1, message, next }] };
  }
  if (reading.kind !== "unreadable") return read;
  const message = `cannot read this file: ${reading.reason}`;
  const { next = "Replace it with a settings file, or remove it." } = reading;
  return { ...read, problems: [{ file: settingsFile, line: 1, column: 1, message, next }] };
}

/** Settings files that would be ignored because of the case of their name. */
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
  const count = countOf(sorted.length, "problem");
  return new HardenError(
    "settings",
    `${count} in the settings, so nothing was checked`,
    "Fix the settings and run the command again.",
    { problems: sorted, root },
  );
}
