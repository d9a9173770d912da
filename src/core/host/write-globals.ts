import { globalKeys, type GlobalKey } from "../fleet/globals.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import type { Outcome } from "./ports.ts";

/** SEP sesam's tool for its global settings, run through the pinned commands. */
export interface GlobalSettings {
  readonly write: (key: GlobalKey, value: string) => Promise<Outcome>;
  /** Undefined if the pins name no command that reads; SEP does not document one. */
  readonly read: ((key: GlobalKey) => Promise<Outcome<string>>) | undefined;
}

export interface GlobalsRequest {
  /** Current probe results of every host in the environment. */
  readonly probes: readonly HostProbe[];
  /** The operator's statement that the settings are set, if they cannot be read. */
  readonly attested: string | undefined;
}

export type GlobalsResult =
  /** Nothing was written. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] }
  | { readonly kind: "failed"; readonly written: readonly GlobalKey[]; readonly reason: string }
  /**
   * read: read back by the pinned command; attested: stated by the operator; unread: not confirmed.
   */
  | { readonly kind: "written"; readonly seen: "read" | "attested" | "unread" };

/** The only value that the vendor's procedure uses for these settings. */
export const globalValue = "https";

/**
 * Sets the three global settings that switch migrations and aborts to HTTPS. Refuses unless every
 * host of the environment answers over HTTPS, because there is no fallback afterwards.
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
