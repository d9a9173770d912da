import { factsOf, type HostFolder } from "./host-folder.ts";
import type { InterfaceClient, InterfacesFile } from "./interfaces.ts";
import { entriesOf, readPort } from "./stpd-file.ts";
import { hostOf, spellings } from "./port-usage.ts";

/** A host of the config repo, as far as others speak of it. */
export interface KnownHost {
  /** Its directory, its address, and what its inventory calls it. */
  readonly names: readonly string[];
  /** Ports that its file opens for HTTPS; undefined where the file cannot be read. */
  readonly httpsPorts: readonly number[] | undefined;
}

export function knowHost(folder: HostFolder): KnownHost {
  const { name, stpd, interfaces } = folder;
  const { address = "" } = factsOf(folder);
  const entries = stpd.kind === "file" ? entriesOf(stpd, "STPD_HTTPS_PORT") : undefined;
  return {
    names: [name, address, hostOf(interfaces?.server ?? "")].filter((text) => text !== ""),
    httpsPorts: entries?.flatMap(({ value }) => readPort(value) ?? []),
  };
}

export type FindHosts = (name: string) => readonly KnownHost[];

/**
 * Finds the hosts that a name may mean. A name without a domain means one with any; two different
 * domains are two hosts.
 */
export function createHostFinder(hosts: readonly KnownHost[]): FindHosts {
  const byName = new Map<string, KnownHost[]>();
  const byShort = new Map<string, KnownHost[]>();
  const add = (map: Map<string, KnownHost[]>, key: string, host: KnownHost): void => {
    const others = map.get(key);
    if (others === undefined) map.set(key, [host]);
    else others.push(host);
  };
  for (const host of hosts) {
    for (const name of host.names) {
      const [full = "", short = full] = spellings(name);
      add(byName, full, host);
      add(byShort, short, host);
    }
  }
  return (name) => {
    const [full = "", short = full] = spellings(name);
    return byName.get(full) ?? (full === short ? byShort : byName).get(short) ?? [];
  };
}

/** A client that runs STPD, as its inventory says, and that the config repo has no host for. */
export interface ForgottenHost {
  readonly client: InterfaceClient;
  /** The first of its interfaces with `http://` or `https://`: only STPD offers them. */
  readonly offered: InterfaceClient["interfaces"][number];
}

/** Source: SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS. */
export function findForgotten(
  { clients }: InterfacesFile,
  findHosts: FindHosts,
): readonly ForgottenHost[] {
  return clients.flatMap((client): readonly ForgottenHost[] => {
    const own = client.interfaces.filter(({ url }) => /^\s*https?:\/\//i.test(url));
    const [offered] = own;
    const names = [client.name, ...own.map(({ url }) => hostOf(url))];
    const isKnown = names.some((name) => findHosts(name).length > 0);
    return offered === undefined || isKnown ? [] : [{ client, offered }];
  });
}
