import type { UsageKind } from "../fleet/interfaces.ts";
import type { Digest, Reference } from "./item.ts";
import { titleOf } from "./item.ts";
import type { ListKind } from "./endpoints.ts";
import { compareText } from "../base/text.ts";

export interface InventoryClient {
  readonly name: string;
  /** Sorted, each once. */
  readonly interfaces: readonly string[];
}

export interface InventoryUsage {
  readonly kind: UsageKind;
  readonly name: string;
  /** Empty where the Server does not say. */
  readonly client: string;
  /** Empty where the task or event names none. */
  readonly interface: string;
}

/** Why the inventory is incomplete, and what to do about it. */
export interface Gap {
  readonly about: ListKind | "server";
  readonly reason: string;
  readonly next: string;
}

/** What an item without an interface field counts as, by the word of the user. */
export type Absent = "blank" | "none";

/** What of a list is known. */
export interface InventoryLists {
  readonly clients: readonly Digest[];
  readonly usage: ReadonlyMap<UsageKind, readonly Digest[]>;
}

/** By name; two clients of one name are one. */
export function collectClients(clients: readonly Digest[]): readonly InventoryClient[] {
  const byName = new Map<string, Set<string>>();
  for (const client of clients) {
    const name = titleOf(client);
    const known = byName.get(name) ?? new Set();
    for (const found of client.found.interfaces) known.add(found);
    byName.set(name, known);
  }
  return [...byName]
    .map(([name, interfaces]) => ({ name, interfaces: [...interfaces].toSorted(compareText) }))
    .toSorted((left, right) => compareText(left.name, right.name));
}

/**
 * Who uses what, sorted, each once. An item without an interface field counts as blank where others
 * of its kind have one: that is how APIs leave out what is empty.
 */
export function collectUsage(
  { clients, usage }: InventoryLists,
  absent: ReadonlyMap<ListKind, Absent>,
): readonly InventoryUsage[] {
  const nameClient = createClientNames(clients);
  const rows = [...usage].flatMap(([kind, digests]) => {
    const isBlank = (absent.get(kind) ?? "blank") === "blank" && knowsField(kind, digests, absent);
    const tasks = new Map(listTasks(kind, usage).map((task) => [task.name, task]));
    return digests.flatMap((digest): readonly InventoryUsage[] => {
      const { found, client, task } = digest;
      const named = nameClient(client) || nameClient(tasks.get(task)?.client ?? noReference);
      const blanks = found.hasBlank || (!found.isShown && isBlank) ? [""] : [];
      const row = { kind, name: titleOf(digest), client: named };
      return [...found.interfaces, ...blanks].map((name) => ({ ...row, interface: name }));
    });
  });
  const unique = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...unique.values()].toSorted(
    (left, right) =>
      compareText(left.kind, right.kind) ||
      compareText(left.name, right.name) ||
      compareText(left.client, right.client) ||
      compareText(left.interface, right.interface),
  );
}

/** Gaps of a list. */
export function findGaps(
  kind: ListKind,
  digests: readonly Digest[],
  absent: ReadonlyMap<ListKind, Absent>,
): readonly Gap[] {
  const gaps: Gap[] = [];
  if (digests.length === 0 && (kind === "client" || kind === "backup-task")) {
    const next = "Use an account that may see all of them.";
    const skip = kind === "client" ? "" : ` If there are none, use --skip ${kind}.`;
    gaps.push({ about: kind, reason: "the Server lists none", next: next + skip });
  }
  if (digests.length > 0 && !knowsField(kind, digests, absent)) {
    gaps.push({
      about: kind,
      reason: `none of ${digests.length} has an interface field, so their interfaces are unknown`,
      next: `Set the field with --interface-key KEY, or request each item with --details ${kind}=PATH. If there is no such field, use --absent ${kind}=none; if it is omitted when empty, --absent ${kind}=blank.`,
    });
  }
  const unread = [...new Set(digests.flatMap(({ found }) => [...found.unread]))].toSorted();
  if (unread.length > 0) {
    gaps.push({
      about: kind,
      reason: `${unread.map((key) => JSON.stringify(key)).join(", ")} may contain an interface, but is not a string`,
      next: "If it is not an interface, use --ignore-key KEY.",
    });
  }
  return gaps;
}

function knowsField(
  kind: ListKind,
  digests: readonly Digest[],
  absent: ReadonlyMap<ListKind, Absent>,
): boolean {
  return absent.has(kind) || digests.some(({ found }) => found.isShown);
}

const noReference: Reference = { name: "", id: "" };

/** The tasks that an event of this kind may start. */
function listTasks(kind: UsageKind, usage: InventoryLists["usage"]): readonly Digest[] {
  if (kind.endsWith("-task")) return [];
  const name = kind.replace(/event$/, "task");
  return [...usage].find(([other]) => other === name)?.[1] ?? [];
}

function createClientNames(clients: readonly Digest[]): (reference: Reference) => string {
  const byId = new Map(clients.map((client) => [client.id, titleOf(client)]));
  return ({ name, id }) => name || (id === "" ? "" : (byId.get(id) ?? `#${id}`));
}
