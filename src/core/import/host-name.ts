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
  const own = ownName(stem);
  if (!/^stpd$/i.test(own)) return checkPlace({ name: own, by: "file name", os: undefined });
  const inside = findDirectory(parts);
  if (inside !== undefined) return checkPlace(inside);
  const outside = findDirectory([...splitPath(above), ...parts]);
  return outside === undefined
    ? { kind: "nameless", reason: "no directory above it names a host" }
    : checkPlace(outside);
}

type Place = Omit<Extract<HostNaming, { readonly kind: "named" }>, "kind">;

/** Files and directories that people call so are copies, and not a host's own. */
const copies = /^(?:etc|old|new|bak|orig|save|tmp|temp|conf|config|copy|kopie|stpd)$/i;

function checkPlace({ name, by, os }: Place): HostNaming {
  return copies.test(name)
    ? { kind: "nameless", reason: `'${name}' (${by}) names no host; rename it to the host's name` }
    : checkName(name, by, os);
}

/**
 * True for a name that contains `stpd` as a word, and no host: `stpd`, `stpd.ini.txt`, `stpd.txt`,
 * `stpd - Copy.ini`, `stpd_2026-01-31.ini`.
 */
export function isCopyName(file: string): boolean {
  if (/^stpd(?:\.ini\W.*|\.(?:txt|conf|cfg|old|bak|orig|save|new))?$/i.test(file)) return true;
  const stem = /^(.*)\.ini$/i.exec(file)?.[1];
  if (stem === undefined || /^stpd$/i.test(stem)) return false;
  const own = ownName(stem);
  const isDated = own !== stem && /^\d[\d._-]*$/.test(own) && !/^\d+(?:\.\d+){3}$/.test(own);
  return isDated || /(?<![\p{L}\p{N}])stpd(?![\p{L}\p{N}])/iu.test(own);
}

/** `rds1` for `stpd_rds1` and `rds1-stpd`. */
function ownName(stem: string): string {
  return stem.replace(/^stpd[._-]|[._-]stpd$/i, "");
}

function splitPath(path: string): string[] {
  return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

function findDirectory(parts: readonly string[]): Place | undefined {
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
