import type { InventoryClient, InventoryUsage } from "./inventory.ts";

export interface Inventory {
  readonly server: string;
  /** UTC, to the second, such as 2026-11-20T08:00:00Z. */
  readonly exportedAt: string;
  readonly clients: readonly InventoryClient[];
  readonly usage: readonly InventoryUsage[];
}

/**
 * The text of an interfaces.json: one client or usage a line, so that a diff shows what changed.
 * With `gaps` it says that it is incomplete, by a key that readers of the format refuse.
 */
export function printInventory(
  { server, exportedAt, clients, usage }: Inventory,
  gaps: readonly string[] = [],
): string {
  const members = [
    `"schemaVersion": 1`,
    ...(gaps.length > 0 ? [`"incomplete": ${printList(gaps.map(printText))}`] : []),
    `"exportedAt": ${printText(exportedAt)}`,
    `"server": ${printText(server)}`,
    `"clients": ${printList(clients.map(printClient))}`,
    `"usage": ${printList(usage.map(printUsage))}`,
  ];
  return `{\n${members.map((member) => `  ${member}`).join(",\n")}\n}\n`;
}

function printList(lines: readonly string[]): string {
  if (lines.length === 0) return "[]";
  return `[\n${lines.map((line) => `    ${line}`).join(",\n")}\n  ]`;
}

function printClient({ name, interfaces }: InventoryClient): string {
  return `{ "name": ${printText(name)}, "interfaces": [${interfaces.map(printText).join(", ")}] }`;
}

function printUsage({ kind, name, client, interface: url }: InventoryUsage): string {
  const members = Object.entries({ kind, name, client, interface: url });
  return `{ ${members.map(([key, value]) => `"${key}": ${printText(value)}`).join(", ")} }`;
}

/** Escapes `##[`, which the GitHub runner reads as a command even inside a JSON string. */
function printText(text: string): string {
  return JSON.stringify(text).replaceAll("##[", "\\u0023#[");
}
