import { addressOf, factsOf, lacksHttps, type HostFolder } from "./host-folder.ts";
import { needsPlainPorts } from "../base/release.ts";
import { findNameFault } from "./server-name.ts";

type Facts = Pick<HostFolder, "name" | "facts">;

/** Why no client can connect over HTTPS, regardless of stpd.ini; undefined if no fact prevents it. */
export function whyNoHttps(folder: Facts): string | undefined {
  if (lacksHttps(folder)) return "STPD has no HTTPS on Windows without AVX";
  const address = addressOf(folder);
  const fault = findNameFault(address);
  return (
    fault && `the host name ${address} contains ${fault}, so GnuTLS aborts every handshake with it`
  );
}

/** Why the plain ports must stay open, regardless of stpd.ini; undefined if they need not. */
export function whyPlainPorts({ facts }: Pick<HostFolder, "facts">): string | undefined {
  const { version } = factsOf({ facts });
  const isNeeded = version === undefined ? false : needsPlainPorts(version);
  if (isNeeded === false) return undefined;
  return isNeeded
    ? `SEP sesam ${version} cannot run with HTTP and FTP disabled`
    : `it is not known whether SEP sesam ${version} can run with HTTP and FTP disabled`;
}
