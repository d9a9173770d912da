import { readInterfaces, type InterfaceClient, type InterfacesFile } from "../fleet/interfaces.ts";
import { createHostFinder, findForgotten, type FindHosts } from "../fleet/known-hosts.ts";
import { hostOf } from "../fleet/port-usage.ts";
import { isHostAddress } from "../fleet/server-name.ts";
import type { TakenInventory } from "../inventory/export-inventory.ts";
import { printInventory } from "../inventory/print.ts";
import type { SeenFacts } from "./host-ini.ts";

/** What a Server says about the hosts of a config repo. */
export interface ServerView {
  /** Clients with an interface of STPD that are none of the hosts; sorted. */
  readonly missing: readonly MissingHost[];
  /** Facts of a host by its name; empty if the Server does not know it. */
  readonly seen: (host: string) => SeenFacts;
  /** Interfaces of STPD whose host is neither a name nor an IP address; no fact is taken from them. */
  readonly invalid: readonly InvalidInterface[];
}

export interface InvalidInterface {
  readonly client: string;
  readonly url: string;
}

export interface MissingHost {
  readonly name: string;
  /** Where its first interface of STPD is reached, as the Server says. */
  readonly address: string;
}

/** Compares the clients of a Server with the names of hosts that have an stpd.ini. */
export function compareWithServer(taken: TakenInventory, hosts: readonly string[]): ServerView {
  const text = printInventory({ ...taken, usage: [], exportedAt: "2000-01-01T00:00:00Z" });
  const inventory = readInterfaces("interfaces.json", text);
  const findHosts = createFinder(hosts);
  return {
    missing: findForgotten(inventory, findHosts).map(({ client, offered }) => ({
      name: client.name,
      address: hostOf(offered.url),
    })),
    seen: (host) => describe(host, inventory),
    invalid: inventory.clients.flatMap((client) =>
      listStpd(client)
        .filter((url) => !isHostAddress(hostOf(url)))
        .map((url) => ({ client: client.name, url })),
    ),
  };
}

function listStpd({ interfaces }: InterfaceClient): readonly string[] {
  return interfaces.flatMap(({ url }) => (/^\s*https?:/i.test(url) ? [url] : []));
}

function createFinder(names: readonly string[]): FindHosts {
  return createHostFinder(names.map((name) => ({ names: [name], httpsPorts: undefined })));
}

/** The address is known if all interfaces of STPD that the host has agree on it. */
function describe(host: string, { server, clients }: InterfacesFile): SeenFacts {
  const finder = createFinder([host]);
  const own = clients.flatMap((client) => {
    const hosts = listStpd(client).map(hostOf);
    return [client.name, ...hosts].some((one) => finder(one).length > 0) ? hosts : [];
  });
  const [address, ...others] = new Set(own);
  return {
    ...(finder(server).length > 0 && { role: "server" as const }),
    ...(address !== undefined && others.length === 0 && isHostAddress(address) && { address }),
  };
}
