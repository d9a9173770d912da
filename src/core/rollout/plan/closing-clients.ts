import { type InterfacesFile, createUseIndex, isInsecure } from "../../fleet/interfaces.ts";
import { insecureInterfaceInUse } from "../../rules/catalog/insecure-interface-in-use.ts";
import { insecureInterface } from "../../rules/catalog/insecure-interface.ts";
import { decodeBytes } from "../../base/text.ts";

/** A client that depends on HTTP or FTP, according to the inventory of its Server. */
export interface ClosingClient {
  readonly name: string;
  /** The reason as text. */
  readonly reason: string;
  /** True if every interface that it depends on has an exception from its rule. */
  readonly isExcepted: boolean;
}

/**
 * Returns the clients that would fail after closing: those whose interfaces all lack HTTPS, and
 * those with a task or event that uses such an interface. A client without an interface of its own
 * uses one of a Server or RDS.
 */
export function listClosingClients(
  inventory: InterfacesFile,
  isExcepted: (rule: string) => boolean,
): readonly ClosingClient[] {
  const isNamed = createUseIndex(inventory);
  const offering = inventory.clients.flatMap(({ name, interfaces }): readonly ClosingClient[] => {
    const [first] = interfaces;
    if (first === undefined || !interfaces.every(({ url }) => isInsecure(url))) return [];
    const ruled = interfaces.map(({ url }) =>
      isNamed(name, url) ? insecureInterfaceInUse.id : insecureInterface.id,
    );
    const reason = `no https interface, only ${decodeBytes(first.url)}`;
    return [{ name: decodeBytes(name), reason, isExcepted: ruled.every(isExcepted) }];
  });
  const using = inventory.usage
    .filter((usage) => isInsecure(usage.interface.url))
    .map(({ kind, name, client, interface: { url } }) => ({
      name: decodeBytes(client),
      reason: decodeBytes(`${kind} ${name} uses ${url}`),
      isExcepted: isExcepted(insecureInterfaceInUse.id),
    }));
  return [...offering, ...using];
}
