import { globalKeys, type GlobalKey } from "../fleet/globals.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import type { Outcome } from "./ports.ts";

/** SEP sesam's own tool for its global settings, by the pinned commands. */
export interface GlobalSettings {
  readonly write: (key: GlobalKey, value: string) => Promise<Outcome>;
  /** Undefined where the pins name no command that reads: how is not documented. */
  readonly read: ((key: GlobalKey) => Promise<Outcome<string>>) | undefined;
}

export interface GlobalsRequest {
  /** What every host of the environment shows now. */
  readonly probes: readonly HostProbe[];
  /** The operator's word that the settings are set, where they cannot be read. */
  readonly attested: string | undefined;
}

export type GlobalsResult =
  /** Nothing was written. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] }
  | { readonly kind: "failed"; readonly written: readonly GlobalKey[]; readonly reason: string }
  /** read: by the pinned command; attested: on the operator's word; unread: on nobody's. */
  | { readonly kind: "written"; readonly seen: "read" | "attested" | "unread" };

/** The only value that the vendor's procedure gives for any of them. */
export const globalValue = "https";

/**
 * Sets the three global settings, which send migrations and aborts over HTTPS: only once every host
 * of the environment answers there, since from then on nothing falls back.
 */
export async function writeGlobals(
  { probes, attested }: GlobalsRequest,
  settings: GlobalSettings,
): Promise<GlobalsResult> {
  const reasons = probes.flatMap(refuseHost);
  if (probes.length === 0) reasons.push("the environment has no hosts");
  if (reasons.length > 0) return { kind: "refused", reasons };
  const written: GlobalKey[] = [];
  for (const key of globalKeys) {
    const outcome = await settings.write(key, globalValue);
    if (outcome.kind === "failed") {
      return { kind: "failed", written, reason: `${key}: ${outcome.reason}` };
    }
    written.push(key);
  }
  if (settings.read === undefined) {
    return { kind: "written", seen: attested === undefined ? "unread" : "attested" };
  }
  for (const key of globalKeys) {
    const value = await settings.read(key);
    if (value.kind === "failed") {
      return { kind: "failed", written, reason: `reading ${key}: ${value.reason}` };
    }
    if (value.value === globalValue) continue;
    return { kind: "failed", written, reason: `${key} is not ${globalValue} after it was written` };
  }
  return { kind: "written", seen: "read" };
}

function refuseHost({ host, addresses }: HostProbe): readonly string[] {
  const silent = addresses.filter(({ reachable }) => reachable !== "good");
  if (addresses.length > 0 && silent.length === 0) return [];
  const [first] = silent;
  const where = first === undefined ? "its name has no address" : `not at ${first.address}`;
  return [`${host} does not answer over HTTPS: ${where}`];
}
