import type { InterfacesFile } from "./interfaces.ts";

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
