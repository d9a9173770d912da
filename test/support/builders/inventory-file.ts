export interface InventoryContent {
  /** Name and interfaces. */
  readonly clients?: readonly (readonly [string, readonly string[]])[];
  /** Client and interface of a backup event `t`. */
  readonly usage?: readonly (readonly [string, string])[];
}

/**
 * The text of an interfaces.json of the Server sesam.example: clients on line 2, usage on line 3.
 */
export function inventoryOf({ clients = [], usage = [] }: InventoryContent): string {
  const rows = {
    clients: clients.map(([name, interfaces]) => ({ name, interfaces })),
    usage: usage.map(([client, url]) => ({
      kind: "backup-event",
      name: "t",
      client,
      interface: url,
    })),
  };
  return [
    '{"schemaVersion":1,"exportedAt":"2026-11-20T08:00:00Z","server":"https://sesam.example:11401",',
    `"clients":${JSON.stringify(rows.clients)},`,
    `"usage":${JSON.stringify(rows.usage)}}`,
  ].join("\n");
}
