import { hostname } from "node:os";
import { parseIni } from "../../core/formats/ini/document.ts";
import { joinPath, parentOf } from "../../core/base/paths.ts";
import type { FleetFiles } from "../../core/config-repo/files-port.ts";

/** Names the directories of a Linux installation. Source: SEP, Directory Layout (5.1.0). */
const installation = "/etc/sesam2000.ini";
const defaultFile = "/var/opt/sesam/var/ini/stpd.ini";

/**
 * Finds the stpd.ini of this machine, if the machine has one of the names and SEP sesam is
 * installed from its Linux packages. On Windows the path must be given, because it is not
 * documented in the same way. The key SM_INI is known only from third-party scripts.
 */
export function findLocalFile(names: readonly string[], files: FleetFiles): string | undefined {
  const own = readHostName();
  if (own === undefined || !names.some((name) => isSameHost(name, own))) return undefined;
  const reading = files.read(installation, 65_536);
  if (reading.kind === "bytes") {
    for (const line of parseIni(reading.bytes).lines) {
      if (line.kind !== "entry" || line.key !== "SM_INI" || !line.value.startsWith("/")) continue;
      return joinPath(parentOf(line.value), "stpd.ini");
    }
    return defaultFile;
  }
  return files.kindOf(defaultFile).kind === "missing" ? undefined : defaultFile;
}

/** Deno needs `--allow-sys=hostname` to read the host name; without it, no name matches. */
function readHostName(): string | undefined {
  try {
    return hostname();
  } catch {
    return undefined;
  }
}

/** Ignores case, and a domain that only one of them has. */
function isSameHost(left: string, right: string): boolean {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  const isShort = !one.includes(".") || !other.includes(".");
  return one === other || (isShort && one.split(".")[0] === other.split(".")[0]);
}
