import { defaultPorts, type PortName } from "./observation.ts";
import { factsOf, type HostFolder } from "../fleet/host-folder.ts";
import {
  commentedEntries,
  plainNumber,
  readPort,
  type PortKey,
  type StpdFile,
} from "../fleet/stpd-file.ts";
import { readCommented } from "../formats/ini/edit.ts";

export const keyOfPort = {
  https: "STPD_HTTPS_PORT",
  http: "STPD_HTTP_PORT",
  ftp: "STPD_PORT",
} as const satisfies Readonly<Record<PortName, PortKey>>;

/**
 * The ports of a host to scan: the number that its file sets or has commented out; for HTTPS then
 * `https_port` in host.ini; otherwise SEP's default.
 */
export function listWirePorts(
  folder: Pick<HostFolder, "stpd" | "facts">,
): Readonly<Record<PortName, number>> {
  const file = folder.stpd.kind === "file" ? folder.stpd : undefined;
  const find = (name: PortName): number | undefined => file && findNumber(file, keyOfPort[name]);
  return {
    https: find("https") ?? factsOf(folder).https_port ?? defaultPorts.https,
    http: find("http") ?? defaultPorts.http,
    ftp: find("ftp") ?? defaultPorts.ftp,
  };
}

function findNumber(file: StpdFile, key: PortKey): number | undefined {
  const active = (file.serverEntries.get(key) ?? []).map(plainNumber);
  const commented = commentedEntries(file, key).map((line) => {
    const content = file.document.lines[line];
    return content === undefined ? undefined : readPort(readCommented(content)?.value ?? "");
  });
  return [...active, ...commented].find((port) => port !== undefined);
}
