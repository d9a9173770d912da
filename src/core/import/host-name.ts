/** What the place of a copied stpd.ini says about its host. */
export type HostNaming =
  | {
      readonly kind: "named";
      readonly name: string;
      /** Where the name comes from, for people, as `directory above var/ini`. */
      readonly by: string;
      /** Known only from a drive letter below the host's name. */
      readonly os: "windows" | undefined;
    }
  | { readonly kind: "nameless"; readonly reason: string };

/**
 * Directories of an installation above stpd.ini, innermost first; none of them names a host.
 * Source: SEP, Directory Layout (5.1.0).
 */
const installation: readonly RegExp[] = [
  /\/ini$/i,
  /\/var$/i,
  /(?:(?:\/var)?\/opt\/sesam|\/sepsesam)$/i,
  /\/(?:programdata|program files(?: \(x86\))?)$/i,
];

const longestName = 100;

/**
 * Names the host of a file by its path in a source: `rds1/var/ini/stpd.ini`, `rds1/stpd.ini`,
 * `rds1.ini`, `rds1\C$\ProgramData\SEPsesam\var\ini\stpd.ini`. `above` is the absolute path of the
 * source, for a source that is the directory of one host; empty for none.
 */
export function nameHost(path: string, above: string): HostNaming {
  const parts = splitPath(path);
  const file = parts.pop() ?? "";
  if (parts.includes("..")) return { kind: "nameless", reason: "its path leads out of the source" };
  const stem = /^(.*)\.ini$/i.exec(file)?.[1] ?? file;
  const own = stem.replace(/^stpd[._-]|[._-]stpd$/i, "");
  if (!/^stpd$/i.test(own)) return checkName(own, "file name", undefined);
  const inside = findDirectory(parts);
  if (inside !== undefined) return checkName(inside.name, inside.by, inside.os);
  const outside = findDirectory([...splitPath(above), ...parts]);
  return outside === undefined
    ? { kind: "nameless", reason: "no directory above it names a host" }
    : checkName(outside.name, outside.by, outside.os);
}

function splitPath(path: string): string[] {
  return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

function findDirectory(
  parts: readonly string[],
): Omit<Extract<HostNaming, { readonly kind: "named" }>, "kind"> | undefined {
  const whole = parts.map((part) => `/${part}`).join("");
  let rest = whole;
  for (const step of installation) rest = rest.replace(step, "");
  // A single letter may be a host's name, unless what Windows has on a drive lies below it.
  const isOnDrive = /^\/(?:programdata|program files|sepsesam)/i.test(whole.slice(rest.length));
  const above = rest.replace(isOnDrive ? /\/[a-z][:$]?$/i : /\/[a-z][:$]$/i, "");
  const name = above.slice(above.lastIndexOf("/") + 1);
  if (name === "") return undefined;
  const below = whole.slice(above.length + 1);
  return {
    name,
    by: below === "" ? "its directory" : `directory above ${below}`,
    os: above === rest ? undefined : "windows",
  };
}

/** Takes a name that Linux, Windows and Git can all use for a directory. */
export function checkName(name: string, by: string, os: "windows" | undefined): HostNaming {
  const isPlain = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._ -]*[\p{L}\p{N}_-])?$/u.test(name);
  const isDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name);
  if (isPlain && !isDevice && name.length <= longestName) return { kind: "named", name, by, os };
  return { kind: "nameless", reason: `'${name}' (${by}) cannot name a host's directory` };
}
