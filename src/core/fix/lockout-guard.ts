import { findGlobal, type GlobalKey, type GlobalsFile } from "../fleet/globals.ts";
import { lacksHttps, type HostFolder } from "../fleet/host-folder.ts";
import { whyNoHttps, whyPlainPorts } from "../fleet/obstacles.ts";
import { isLeftOpen, type PriorityLine, type StpdFile } from "../fleet/stpd-file.ts";
import { type FindUse, type PlainPortKey, plainKeys } from "../fleet/port-usage.ts";
import { httpsPort, listSurePlain, worksOverHttps } from "../fleet/verdict.ts";

/** A host before its edits, and its two files after all of them. */
export interface GuardOutcome {
  readonly folder: HostFolder;
  readonly before: StpdFile;
  readonly after: StpdFile;
  readonly globals: GlobalsFile | undefined;
}

/** Why no fix of this host is safe, whatever its stpd.ini says; undefined where one may be. */
export function refuseHost(folder: HostFolder): string | undefined {
  if (lacksHttps(folder)) return whyNoHttps(folder);
  const [misnamed] = folder.misnamed ?? [];
  const unread = misnamed && `${misnamed} is not read, so what it says of the host is not known`;
  return whyPlainPorts(folder) ?? unread;
}

/** Why HTTPS cannot be all that is left of this host, whatever its stpd.ini says. */
function refuseAlone(folder: HostFolder): string | undefined {
  return refuseHost(folder) ?? whyNoHttps(folder);
}

/** Why HTTPS would not be sure to work afterwards; undefined if it would. */
export function refuseForHttps({ folder, before, after }: GuardOutcome): string | undefined {
  const obstacle = refuseAlone(folder);
  if (obstacle !== undefined) return obstacle;
  const [old, port] = [httpsPort(before), httpsPort(after)];
  if (port === undefined) return "no HTTPS port would be sure to be open";
  if (old !== undefined && old !== port) return "the number of the HTTPS port would change";
  return worksOverHttps(after) ? undefined : "TLS 1.2 or 1.3 would not be sure to work";
}

/** Global settings that send traffic to a plain port unless they are `https`. */
const globalsOfPort: Readonly<Record<PlainPortKey, readonly GlobalKey[]>> = {
  STPD_HTTP_PORT: ["gv_default_interface_prefix", "gv_default_interface_prefix_ext"],
  STPD_PORT: ["gv_conf_use_com_stpd_kill"],
};

/**
 * The lock-out guard, over the whole host after all edits: why a plain port must not be closed in
 * the file, or undefined. What must come first on the host itself (HTTPS proven, settings and
 * interfaces really moved) is the rollout's.
 */
export function refuseClosing(
  outcome: GuardOutcome,
  key: PlainPortKey,
  findUse: FindUse,
): string | undefined {
  const refused = refuseForHttps(outcome);
  if (refused !== undefined) return refused;
  const { folder, before, globals } = outcome;
  if (before.priorityLines.some(shutsOut)) {
    return "the string that the file has now shuts clients out: the next fix closes the port";
  }
  if (globals !== undefined) {
    const pointing = globalsOfPort[key].find((name) => findGlobal(globals, name).value !== "https");
    if (pointing !== undefined) return `globals.ini would leave ${pointing} at the closed port`;
  }
  return findUse(folder, key);
}

/** GnuTLS takes it, so that a host may run with it. */
function shutsOut({ readings }: PriorityLine): boolean {
  return readings.some(({ evaluation, modern }) => evaluation.ok && !modern);
}

/** True if some data port would still be sure to work: HTTPS, or a plain one. */
export function keepsDataPort({ folder, after }: GuardOutcome): boolean {
  const isLeft = listSurePlain(after).length > 0 || plainKeys.some((key) => isLeftOpen(after, key));
  return isLeft || (refuseAlone(folder) === undefined && worksOverHttps(after));
}
