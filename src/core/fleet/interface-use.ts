import type { InterfacesFile, PlacedInterface } from "./interfaces.ts";

/** An empty interface is no insecure one: it has a rule of its own. */
export function isInsecure(url: string): boolean {
  return url.trim() !== "" && !url.toLowerCase().startsWith("https://");
}

/** Tells whether a task or event of the client names an interface. */
export function createUseIndex({
  usage,
}: InterfacesFile): (client: string, url: string) => boolean {
  const named = new Set(usage.map((used) => keyOf(used.client, used.interface.url)));
  return (client, url) => named.has(keyOf(client, url));
}

function keyOf(client: string, url: string): string {
  return JSON.stringify([client, url]);
}

/** An https interface with who has it, as the start of a sentence. */
export interface HttpsInterface extends PlacedInterface {
  readonly by: string;
}

/** Every https interface of an inventory: those that clients have, and those that are used. */
export function listHttpsInterfaces(
  inventory: InterfacesFile | undefined,
): readonly HttpsInterface[] {
  const offered = (inventory?.clients ?? []).flatMap(({ name, interfaces }) =>
    interfaces.map((one) => ({ ...one, by: `client ${name} has the interface` })),
  );
  const used = (inventory?.usage ?? []).map(({ kind, name, client, interface: one }) => ({
    ...one,
    by: `${kind} ${name} of client ${client} uses`,
  }));
  return [...offered, ...used].filter(({ url }) => url.trim() !== "" && !isInsecure(url));
}
