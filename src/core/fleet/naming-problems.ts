import { listAbove, stpdFile, type FleetFolder, type FoundNamed } from "./host-naming.ts";

export interface NamingProblem {
  /** Path below the root. */
  readonly file: string;
  readonly message: string;
  readonly next: string;
}

/** Directories of SEP sesam above an stpd.ini, in small letters: none of them names a host. */
const sesamFolders = ["ini", "var", "sesam", "opt", "sepsesam", "programdata", "program files"];

type Hosts = readonly FoundNamed<FleetFolder>[];

/** Where it is not clear which host a file is of. */
export function findNamingProblems(
  hosts: Hosts,
  folders: readonly FleetFolder[],
): readonly NamingProblem[] {
  const byPath = new Map(folders.map((folder) => [folder.path, folder]));
  return [...findStrays(hosts, byPath), ...findNameless(hosts), ...findDoubles(hosts)];
}

/** Files of a host that are in its directory, and not next to its stpd.ini. */
function findStrays(
  hosts: Hosts,
  folders: ReadonlyMap<string, FleetFolder>,
): readonly NamingProblem[] {
  const nested = hosts.filter(({ top, path }) => top !== path);
  return nested.flatMap(({ name, top, path }) =>
    listAbove(path)
      .filter((above) => above.startsWith(top))
      .flatMap((above) => (folders.get(above)?.files ?? []).map((file) => [above, file] as const))
      .filter(([, file]) => file !== stpdFile)
      .map(([above, file]) => ({
        file: above + file,
        message: `this file of host ${name} is not next to its stpd.ini, so it is not read`,
        next: `Move it to ${path}.`,
      })),
  );
}

/** Files that were copied with their path on the host would all be of a host `ini`. */
function findNameless(hosts: Hosts): readonly NamingProblem[] {
  return hosts.filter(isNameless).map(({ name, path, folder }) => {
    const parts = path.split("/").slice(0, -1);
    const at = parts.findLastIndex((part) => !sesamFolders.includes(part.toLowerCase()));
    const pattern = [...parts.slice(0, at), "*", ...parts.slice(at + 1), stpdFile].join("/");
    return {
      file: fileOf({ path, folder }),
      message: `the directory ${name} does not name a host`,
      next:
        at < 0
          ? "Put the file into a directory with the name of the host."
          : `Set include = ${pattern} in sesam-harden.ini: its last * names the host.`,
    };
  });
}

function isNameless({ name, isNamedByPattern, folder }: FoundNamed<FleetFolder>): boolean {
  return name.toLowerCase() === "ini" && !isNamedByPattern && folder.named === undefined;
}

/** Hosts on the network are told apart by their names, and not by the case of them. */
function findDoubles(hosts: Hosts): readonly NamingProblem[] {
  const first = new Map<string, FoundNamed<FleetFolder>>();
  const sorted = hosts.toSorted(
    (left, right) => Number(left.path > right.path) - Number(left.path < right.path),
  );
  return sorted.flatMap((host): readonly NamingProblem[] => {
    const key = host.name.toLowerCase().replace(/\.$/, "");
    const other = first.get(key);
    if (isNameless(host)) return [];
    if (other === undefined) {
      first.set(key, host);
      return [];
    }
    const message =
      other.name === host.name
        ? `host ${host.name} is in ${showPath(other)} and in ${showPath(host)}`
        : `the hosts ${other.name} (${showPath(other)}) and ${host.name} (${showPath(host)}) have one name on the network`;
    const next = "Rename one of the two directories, or remove it.";
    return [{ file: fileOf(host), message, next }];
  });
}

function fileOf({ path, folder }: Pick<FoundNamed<FleetFolder>, "path" | "folder">): string {
  const { files } = folder;
  return path + (files.includes(stpdFile) ? stpdFile : (files[0] ?? stpdFile));
}

function showPath({ path }: { readonly path: string }): string {
  return path === "" ? "the root" : path;
}
