import type { FixedHost } from "../fix/pull-request-body.ts";
import { joinPath, parentOf } from "../base/paths.ts";
import { checkFleet, type CheckRequest, type FleetCheck } from "./check-fleet.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";

/** Checks the fleet again with all fixes applied in memory, for the verdicts after the fixes. */
export function previewFixes(
  request: CheckRequest,
  found: FleetCheck,
  files: FleetFiles,
): readonly FixedHost[] {
  const changed = new Map(
    found.fixes.flatMap(({ path, files: own }) =>
      own.map(({ name, after }) => [joinPath(found.root, path + name), after] as const),
    ),
  );
  const after = changed.size === 0 ? found : checkFleet(request, overlay(files, changed));
  const before = new Map(found.folders.map(({ path, host }) => [path, host.verdict]));
  const fixes = new Map(found.fixes.map((fix) => [fix.path, fix]));
  const none = { files: [], applied: [], withheld: [] };
  return after.folders.map(({ path, host }) => ({
    ...(fixes.get(path) ?? none),
    name: host.name,
    path,
    now: before.get(path) ?? host.verdict,
    after: host.verdict,
    assumed: host.assumptions ?? [],
  }));
}

/** The files with some changed or added in memory. */
function overlay(files: FleetFiles, changed: ReadonlyMap<string, string>): FleetFiles {
  return {
    ...files,
    read: (path, limit) => {
      const bytes = changed.get(path);
      return bytes === undefined ? files.read(path, limit) : { kind: "bytes", bytes };
    },
    list: (folder) => {
      const listing = files.list(folder);
      if (listing.kind !== "entries") return listing;
      const names = new Set(listing.entries.map(({ name }) => name));
      const added = [...changed.keys()]
        .filter((path) => parentOf(path) === folder)
        .map((path) => path.slice(path.lastIndexOf("/") + 1))
        .filter((name) => !names.has(name))
        .map((name) => ({ name, kind: "file" as const }));
      return { kind: "entries", entries: [...listing.entries, ...added] };
    },
  };
}
