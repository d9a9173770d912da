import { knowRules } from "../core/check-host.ts";
import type { HostFileName } from "../core/fleet/host-folder.ts";
import type { FileReading } from "../core/fleet/read-host.ts";
import { HardenError } from "../core/harden-error.ts";
import { joinPath } from "../core/paths.ts";
import { createMatcher } from "../core/policy/glob.ts";
import type { Problem } from "../core/policy/problem.ts";
import { readSettings, type Overrides, type Settings } from "../core/policy/settings.ts";
import { compareText } from "../core/rules/finding.ts";
import { rules } from "../core/rules/index.ts";
import type { FleetFiles } from "./fleet-files.ts";
import {
  findHosts,
  findRoot,
  readHostFile,
  readLink,
  settingsFile,
  type FoundHost,
  type HostEntry,
} from "./find-hosts.ts";

export interface OpenFleet {
  /** Absolute path. */
  readonly root: string;
  readonly settings: Settings;
  /** Of sesam-harden.ini. */
  readonly problems: readonly Problem[];
  /** The hosts' folders that the settings include. */
  readonly folders: readonly FoundHost[];
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
  const fleet = findRoot(paths, files);
  const { root } = fleet;
  const { settings, problems } = loadSettings(root, overrides, files);
  const isIncluded = createIncludeFilter(settings, root, fleet.starts, files);
  const folders = [...findHosts(fleet, files)].filter(isIncluded);
  const read: ReadEntry = (host, entry) => readHostFile(host, entry, root, files);
  return { root, settings, problems, folders, read };
}

/** What lies in a host's folder. */
export function readAll(
  host: FoundHost,
  read: ReadEntry,
): Readonly<Partial<Record<HostFileName, FileReading>>> {
  const readings: Partial<Record<HostFileName, FileReading>> = {};
  for (const entry of host.entries) readings[entry.name] = read(host, entry);
  return readings;
}

export function hasStpd({ entries }: FoundHost): boolean {
  return entries.some(({ name }) => name === "stpd.ini");
}

export function refuseEmpty(): HardenError {
  return new HardenError(
    "nothing-found",
    "there is no stpd.ini here, so nothing was checked",
    "Name the folder that holds the hosts' folders, each with its stpd.ini.",
  );
}

function loadSettings(
  root: string,
  overrides: Overrides,
  files: FleetFiles,
): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const path = joinPath(root, settingsFile);
  const { kind } = files.kindOf(path);
  const reading: FileReading =
    kind === "missing" ? { kind: "missing" } : readLink(path, largestSettings, root, files);
  const bytes = reading.kind === "bytes" ? reading.bytes : undefined;
  const read = readSettings(settingsFile, bytes, overrides, knowRules(rules));
  if (reading.kind !== "unreadable") return read;
  const message = `this file was not read: ${reading.reason}`;
  const next = "Put a file of settings there, or remove it.";
  return { ...read, problems: [{ file: settingsFile, line: 1, column: 1, message, next }] };
}

/** Hosts outside of `include` are left out, unless their stpd.ini was named itself. */
function createIncludeFilter(
  { include }: Settings,
  root: string,
  starts: readonly string[],
  files: FleetFiles,
): (host: FoundHost) => boolean {
  const all = include.includes("**/stpd.ini");
  const matchers = include.map((pattern) => createMatcher(pattern));
  const named = new Set(starts.filter((start) => files.kindOf(start).kind !== "folder"));
  return ({ path }) => {
    const file = `${path}stpd.ini`;
    return all || named.has(joinPath(root, file)) || matchers.some((matches) => matches(file));
  };
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
