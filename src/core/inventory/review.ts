import { makeVisible, shorten, countOf } from "../base/text.ts";
import { createUseTest } from "./interface-text.ts";
import type { InventoryClient, InventoryUsage } from "./inventory.ts";
import { isInsecure } from "../fleet/interfaces.ts";

const shown = 20;

/**
 * For a person, of a complete inventory: who has to move first, who names no interface, and which
 * insecure interfaces none of them names, with SEP's own steps to delete them (Disabling unsecure
 * transport modes, 5.1.0, Remove the HTTP and FTP interfaces).
 */
export function renderReview(
  clients: readonly InventoryClient[],
  usage: readonly InventoryUsage[],
): string {
  const insecure = usage.filter((used) => isInsecure(used.interface));
  const blank = usage.filter((used) => used.interface === "");
  const unused = listUnused(clients, insecure);
  const lines = [
    ...renderUsage(
      insecure,
      "with an interface without HTTPS; move them to an https:// interface first:",
    ),
    ...renderUsage(
      blank,
      "without an interface, which may fall back to HTTP; choose an https:// interface:",
    ),
    ...renderSteps(unused),
  ];
  if (lines.length === 0)
    lines.push("Every interface uses HTTPS, and every task and event has one.");
  return `${lines.join("\n")}\n`;
}

/**
 * Interfaces that no task or event of any client may mean: whose interface a task names, that of
 * its client or of a server, is not documented.
 */
function listUnused(
  clients: readonly InventoryClient[],
  usage: readonly InventoryUsage[],
): readonly InventoryClient[] {
  const isUsed = createUseTest([...new Set(usage.map((used) => used.interface))]);
  return clients
    .map(({ name, interfaces }) => ({
      name,
      interfaces: interfaces.filter((url) => isInsecure(url) && !isUsed(url)),
    }))
    .filter(({ interfaces }) => interfaces.length > 0);
}

function renderUsage(usage: readonly InventoryUsage[], what: string): readonly string[] {
  if (usage.length === 0) return [];
  const rows = usage.slice(0, shown).map(({ kind, name, client, interface: url }) => {
    const of = client === "" ? "" : ` of client ${client}`;
    return `  ${showText(`${kind} ${name}${of}${url === "" ? "" : `: ${url}`}`)}`;
  });
  const left = usage.length - rows.length;
  const more = left > 0 ? [`  and ${left} more, in the inventory`] : [];
  const count = usage.length === 1 ? "1 task or event" : `${usage.length} tasks or events`;
  return [`${count} ${what}`, ...rows, ...more];
}

function renderSteps(unused: readonly InventoryClient[]): readonly string[] {
  if (unused.length === 0) return [];
  const count = unused.reduce((sum, { interfaces }) => sum + interfaces.length, 0);
  return [
    `${countOf(count, "interface")} without HTTPS that no task or event uses. To delete them in SEP sesam:`,
    "  1. Main selection, Components, Clients: right-click the client, Properties.",
    "  2. Delete them in the list of interfaces and click Apply.",
    "  3. If SEP sesam warns that one is in use, keep it and move the task or event that it names.",
    "  4. Run this inventory again.",
    ...unused.flatMap(({ name, interfaces }) =>
      interfaces.map((url) => `  client ${showText(name)}: ${showText(url)}`),
    ),
  ];
}

function showText(text: string): string {
  return makeVisible(shorten(text, 500));
}
