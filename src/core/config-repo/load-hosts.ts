import { addressOf as reachedAt, factsOf } from "../fleet/host-folder.ts";
import { createHostReader, type HostRead } from "../fleet/read-host.ts";
import { HardenError } from "../base/errors.ts";
import { findNearest } from "../base/nearest.ts";
import type { Settings } from "../settings/settings.ts";
import { makeVisible, compareText } from "../base/text.ts";
import type { Relaxed } from "../rules/relaxed.ts";
import type { FleetFiles } from "./files-port.ts";
import {
  hasStpd,
  openFleet,
  readAll,
  refuseEmpty,
  refuseSettings,
  relaxationOf,
  type FleetRequest,
} from "./open-fleet.ts";

export interface FleetTargets {
  /** Absolute path. */
  readonly root: string;
  readonly settings: Settings;
  /** By name. */
  readonly hosts: readonly HostRead[];
  readonly relaxed: Relaxed;
  /** Files that may belong to the fleet but could not be read, with the reason. */
  readonly unread: readonly string[];
}

/**
 * Loads the hosts of a config repo that have an stpd.ini, optionally only those with the given names.
 * Throws HardenError `usage` for a wrong path or name, `settings`, or `nothing-found`.
 */
export function loadTargets(
  request: FleetRequest & { readonly names: readonly string[] },
  files: FleetFiles,
): FleetTargets {
  const fleet = openFleet(request, files);
  const { root, settings, problems, folders, read } = fleet;
  const readHost = createHostReader(settings);
  const all = folders.filter(hasStpd).map((host) => readHost(readAll(host, read)));
  const wrong = [...problems, ...all.flatMap((host) => host.problems)];
  if (wrong.length > 0) throw refuseSettings(wrong, root);
  if (!folders.some(hasStpd)) throw refuseEmpty(fleet);
  const known = all.map(({ folder }) => folder.name);
  for (const name of request.names) {
    if (known.includes(name)) continue;
    const nearest = findNearest(name, known);
    throw new HardenError(
      "usage",
      `no host in the config repo is called '${makeVisible(name)}'`,
      nearest === undefined ? "Use the name of a host directory." : `Did you mean ${nearest}?`,
    );
  }
  const { names } = request;
  const hosts = all.filter(({ folder }) => names.length === 0 || names.includes(folder.name));
  const sorted = hosts.toSorted((a, b) => compareText(a.folder.path, b.folder.path));
  const relaxed = relaxationOf(
    fleet,
    sorted.map(({ folder }) => factsOf(folder).environment ?? null),
  );
  return { root, settings, hosts: sorted, relaxed, unread: fleet.unread };
}

/** Address under which the host is reached. */
export function addressOfRead({ folder }: HostRead): string {
  return reachedAt(folder);
}
