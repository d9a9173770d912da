import type { HostFolder } from "./host-folder.ts";
import { factsOf } from "./host-folder.ts";
import { type InterfacesFile, isInsecure, listHttpsInterfaces } from "./interfaces.ts";
import { findNameFault } from "./server-name.ts";
import type { PortKey } from "./stpd-file.ts";

export type PlainPortKey = Exclude<PortKey, "STPD_HTTPS_PORT">;

/** Names a task or event that still uses a plain port of a host; undefined where none does. */
export type FindUse = (folder: HostFolder, key: PlainPortKey) => string | undefined;

interface Use {
  /** How the host that it names may be written. */
  readonly hosts: readonly string[];
  readonly keys: readonly PlainPortKey[];
  readonly by: string;
  /** The inventory that names it. */
  readonly inventory: InterfacesFile;
}

/**
 * Lists who uses a plain port, from all inventories of the fleet. An interface counts for the host
 * that it names and for the Server of the inventory, because it is not documented which of them it
 * means: an unnecessary refusal is better than a port that is closed while in use.
 */
export function createUseFinder(inventories: readonly InterfacesFile[]): FindUse {
  const uses = inventories.flatMap((inventory) => [
    ...listRefused(inventory),
    ...inventory.usage
      .filter((usage) => isInsecure(usage.interface.url))
      .map((usage): Use => {
        const { url } = usage.interface;
        const by = `${usage.kind} ${usage.name} uses ${url}`;
        return { hosts: spellings(hostOf(url)), keys: keysOf(url), by, inventory };
      }),
  ]);
  return (folder, key) => {
    if (uses.length === 0) return undefined;
    const { address } = factsOf(folder);
    const names = new Set([folder.name, address ?? folder.name].flatMap(spellings));
    const use = uses.find(
      ({ hosts, keys, inventory }) =>
        keys.includes(key) &&
        (inventory === folder.interfaces || hosts.some((host) => names.has(host))),
    );
    return use?.by;
  };
}

/** By an https interface whose name GnuTLS refuses only a plain port can be reached. */
function listRefused(inventory: InterfacesFile): readonly Use[] {
  return listHttpsInterfaces(inventory).flatMap(({ by, url }): readonly Use[] => {
    const fault = findNameFault(hostOf(url));
    if (fault === undefined) return [];
    const reason = `${by} ${url}; the host name contains ${fault}, so GnuTLS aborts every handshake with it`;
    return [{ hosts: spellings(hostOf(url)), keys: plainKeys, by: reason, inventory }];
  });
}

/** The host of `http://db1:11000` or `db1:11001`; an IPv6 address is in brackets. */
export function hostOf(url: string): string {
  const rest = url
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "");
  return /^\[([^\]]*)\]/.exec(rest)?.[1] ?? rest.split(/[:/]/)[0] ?? rest;
}

/** With and without its domain, unless it is an address. */
export function spellings(name: string): readonly string[] {
  const lower = name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
  const isAddress = /^[\d.]+$/.test(lower) || lower.includes(":");
  return isAddress ? [lower] : [lower, lower.split(".")[0] ?? lower];
}

/** HTTP by its scheme; anything else without HTTPS may be either. */
function keysOf(url: string): readonly PlainPortKey[] {
  if (/^http:/i.test(url)) return ["STPD_HTTP_PORT"];
  if (/^ftp:/i.test(url)) return ["STPD_PORT"];
  return plainKeys;
}

export const plainKeys = ["STPD_PORT", "STPD_HTTP_PORT"] as const;
