import { hostname } from "node:os";
import { parseIni } from "../../core/formats/ini/document.ts";
import { joinPath, parentOf } from "../../core/base/paths.ts";
import type { FleetFiles } from "../../core/config-repo/files-port.ts";

/** Names the directories of a Linux installation. Source: SEP, Directory Layout (5.1.0). */
const installation = "/etc/sesam2000.ini";
const defaultFile = "/var/opt/sesam/var/ini/stpd.ini";

/**
 * Where stpd.ini lies on this machine, if the machine has one of the names and SEP sesam is
 * installed as its Linux packages do it; on Windows the path has to be named, since it is not
 * documented alike. The key SM_INI is known from third-party scripts alone.
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

/** Deno tells its name with `--allow-sys=hostname` alone; without it, this is another machine. */
function readHostName(): string | undefined {
  try {
    return hostname();
  } catch {
    return undefined;
  }
}

/** With or without the domain, and whatever the case. */
function isSameHost(left: string, right: string): boolean {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  const isShort = !one.includes(".") || !other.includes(".");
  return one === other || (isShort && one.split(".")[0] === other.split(".")[0]);
}
