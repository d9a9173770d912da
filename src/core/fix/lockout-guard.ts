import { findGlobal, type GlobalKey, type GlobalsFile } from "../fleet/globals.ts";
import { factsOf, lacksHttps, type HostFolder } from "../fleet/host-folder.ts";
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

/** Why no fix of this host is safe, regardless of its stpd.ini; undefined if fixes may be safe. */
export function refuseHost(folder: HostFolder): string | undefined {
  if (lacksHttps(folder)) return whyNoHttps(folder);
  const [misnamed] = folder.misnamed ?? [];
  const unread = misnamed && `${misnamed} is not read, so facts about the host may be missing`;
  return whyPlainPorts(folder) ?? unread;
}

/** Why HTTPS must not become the only data port of this host, regardless of its stpd.ini. */
function refuseAlone(folder: HostFolder): string | undefined {
  return refuseHost(folder) ?? whyNoHttps(folder);
}

/** Why HTTPS might not work after the edits; undefined if it will. */
export function refuseForHttps({ folder, before, after }: GuardOutcome): string | undefined {
  const obstacle = refuseAlone(folder);
  if (obstacle !== undefined) return obstacle;
  const [old, port] = [httpsPort(before), httpsPort(after)];
  if (port === undefined) return "the HTTPS port might not be open";
  if (old !== undefined && old !== port) return "the number of the HTTPS port would change";
  return worksOverHttps(after) ? undefined : "HTTPS might not work with TLS 1.2 or 1.3";
}

/** Global settings that send traffic to a plain port unless they are `https`. */
const globalsOfPort: Readonly<Record<PlainPortKey, readonly GlobalKey[]>> = {
  STPD_HTTP_PORT: ["gv_default_interface_prefix", "gv_default_interface_prefix_ext"],
  STPD_PORT: ["gv_conf_use_com_stpd_kill"],
};

/**
 * The lock-out guard: checks the whole host after all edits. Returns why a plain port must not be
 * closed in the file, or undefined. The rollout checks what must happen on the host first: HTTPS
 * verified, global settings set, interfaces moved.
 */
export function createClosingGuard(
  outcome: GuardOutcome,
  findUse: FindUse,
): (key: PlainPortKey) => string | undefined {
  const { folder, globals } = outcome;
  const refused = refuseForHttps(outcome) ?? refuseAnyPort(outcome);
  return (key) => refused ?? refuseGlobals(globals, key) ?? findUse(folder, key);
}

/** Why no plain port of this host must be closed, though HTTPS works after the edits. */
function refuseAnyPort({ folder, before }: GuardOutcome): string | undefined {
  const { os, avx } = factsOf(folder);
  if (os === "windows" && avx === undefined) {
    return "host.ini does not say whether this Windows host has AVX, which HTTPS needs";
  }
  return before.priorityLines.some(shutsOut)
    ? "the current priority string locks clients out; the next fix closes the port"
    : undefined;
}

function refuseGlobals(globals: GlobalsFile | undefined, key: PlainPortKey): string | undefined {
  if (globals === undefined) return undefined;
  const pointing = globalsOfPort[key].find((name) => findGlobal(globals, name).value !== "https");
  return pointing && `${pointing} in globals.ini would still use the closed port`;
}

/** True if GnuTLS accepts a string, so the host may be running with it, but clients cannot connect. */
function shutsOut({ readings }: PriorityLine): boolean {
  return readings.some(({ evaluation, modern }) => evaluation.ok && !modern);
}

/** True if at least one data port, HTTPS or plain, will certainly still work. */
export function keepsDataPort({ folder, after }: GuardOutcome): boolean {
  const isLeft = listSurePlain(after).length > 0 || plainKeys.some((key) => isLeftOpen(after, key));
  return isLeft || (refuseAlone(folder) === undefined && worksOverHttps(after));
}
