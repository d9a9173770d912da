import { type InterfacesFile, createUseIndex, isInsecure } from "../../fleet/interfaces.ts";
import { insecureInterfaceInUse } from "../../rules/catalog/insecure-interface-in-use.ts";
import { insecureInterface } from "../../rules/catalog/insecure-interface.ts";
import { decodeBytes } from "../../base/text.ts";

/** A client that depends on HTTP or FTP, by the inventory of its Server. */
export interface ClosingClient {
  readonly name: string;
  /** Why, in words. */
  readonly reason: string;
  /** True where every interface that it depends on is excepted from its rule. */
  readonly isExcepted: boolean;
}

/**
 * The clients that closing would hurt: those whose interfaces are all without HTTPS, and those with
 * a task or event that uses such an interface. A client without any interface of its own uses that
 * of a Server or RDS.
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
