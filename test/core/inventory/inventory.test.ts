import fc from "fast-check";
import { expect, test } from "vitest";
import { readInterfaces, usageKinds, type UsageKind } from "../../../src/core/fleet/interfaces.ts";
import { defaultClientKeys, digestItem, mergeDigests } from "../../../src/core/inventory/item.ts";
import type { ListKind } from "../../../src/core/inventory/endpoints.ts";
import {
  collectClients,
  collectUsage,
  findGaps,
  type Absent,
} from "../../../src/core/inventory/inventory.ts";
import { printInventory, type Inventory } from "../../../src/core/inventory/print.ts";
import { renderReview } from "../../../src/core/inventory/review.ts";
import { encodeBytes } from "../../../src/core/base/text.ts";

const terms = { interfaceKeys: ["interface"], ignoredKeys: [], clientKeys: defaultClientKeys };
const digestAll = (items: readonly unknown[]) =>
  items.map((item) => digestItem(item, terms)).filter((digest) => digest !== undefined);

type Items = Readonly<Partial<Record<ListKind, readonly unknown[]>>>;
type Words = Readonly<Partial<Record<ListKind, Absent>>>;

const mapOf = (absent: Words) => new Map(Object.entries(absent) as [ListKind, Absent][]);

/** Rows as `kind name@client=interface`. */
function usageOf(items: Items, absent: Words = {}): readonly string[] {
  const lists = Object.entries(items).map(([kind, list]) => [kind, digestAll(list)] as const);
  const usage = new Map(lists.filter(([kind]) => kind !== "client") as [UsageKind, never][]);
  const clients = digestAll(items.client ?? []);
  return collectUsage({ clients, usage }, mapOf(absent)).map(
    ({ kind, name, client, interface: url }) => `${kind} ${name}@${client}=${url}`,
  );
}

const a = "https://a:11443";

test.each<{ name: string; items: Items; absent?: Words; rows: readonly string[] }>([
  {
    name: "by the client that a task names, in any form",
    items: {
      client: [{ id: 0, name: "db1" }],
      "backup-task": [
        { name: "1", client: "db1", interface: a },
        { name: "2", client: { id: 0, name: "db1" }, interface: a },
        { name: "3", client: 0, interface: a },
        { name: "4", clientId: 0, interface: a },
        { name: "5", clientName: "db1", interface: a },
        { name: "6", client: 99, interface: a },
        { name: "7", interface: a },
      ],
    },
    rows: ["1@db1", "2@db1", "3@db1", "4@db1", "5@db1", "6@#99", "7@"].map(
      (row) => `backup-task ${row}=${a}`,
    ),
  },
  {
    name: "by the client of the task that an event starts",
    items: {
      "backup-task": [{ name: "t", client: "db1", interface: a }],
      "migration-task": [{ name: "t", client: "db2", interface: a }],
      "backup-event": [
        { id: 1, name: "", object: "t", interface: a },
        { id: 2, name: "x", task: { name: "t" }, interface: a },
        { id: 3, name: "", interface: a },
      ],
      "migration-event": [{ name: "y", taskName: "t", interface: a }],
    },
    rows: [
      `backup-event #3@=${a}`,
      `backup-event t@db1=${a}`,
      `backup-event x@db1=${a}`,
      `backup-task t@db1=${a}`,
      `migration-event y@db2=${a}`,
      `migration-task t@db2=${a}`,
    ],
  },
  {
    name: "blank, where others of the kind have a field",
    items: { "backup-event": [{ name: "1", interface: a }, { name: "2" }] },
    rows: [`backup-event 1@=${a}`, "backup-event 2@="],
  },
  {
    name: "blank next to a site that is backed up",
    items: { "backup-task": [{ name: "1", interface: null, source: "https://b" }, { name: "2" }] },
    rows: ["backup-task 1@=", "backup-task 1@=https://b", "backup-task 2@="],
  },
  {
    name: "nothing, if no item has a field, since that is a gap",
    items: { "backup-task": [{ name: "1" }], "backup-event": [{ name: "2", interface: a }] },
    rows: [`backup-event 2@=${a}`],
  },
  {
    name: "blank, as the user says",
    items: { "backup-task": [{ name: "1" }] },
    absent: { "backup-task": "blank" },
    rows: ["backup-task 1@="],
  },
  {
    name: "none, as the user says, but never for an insecure interface",
    items: { "backup-task": [{ name: "1" }, { name: "2", text: "over http://b" }] },
    absent: { "backup-task": "none" },
    rows: ["backup-task 2@=http://b"],
  },
  {
    name: "each row once",
    items: { "backup-event": [1, 2].map((id) => ({ id, name: "e", interface: a })) },
    rows: [`backup-event e@=${a}`],
  },
])("usage is $name", ({ items, absent, rows }) => {
  expect(usageOf(items, absent)).toEqual(rows);
});

test("keeps what a list shows and what the page of an item shows", () => {
  const [listed, detail] = digestAll([
    { id: 1, name: "t", client: "db1", sourceInterface: a, otherInterface: "", interfaceId: 1 },
    { name: "other", client: { id: 7 }, targetInterface: "http://b", interfaceNumber: 2 },
  ]);
  if (listed === undefined || detail === undefined) throw new Error("both have names");
  const merged = mergeDigests(listed, detail);
  expect(merged).toMatchObject({ id: "1", name: "t", client: { name: "", id: "7" } });
  expect([...merged.found.interfaces]).toEqual([a, "http://b"]);
  expect([...merged.found.unread]).toEqual(["interfaceId", "interfaceNumber"]);
  expect([merged.found.hasBlank, merged.found.isShown]).toEqual([true, true]);
  const back = mergeDigests(detail, listed);
  expect(back).toMatchObject({ id: "1", name: "other", client: { name: "db1", id: "" } });
  expect([back.found.hasBlank, back.found.interfaces.size]).toEqual([true, 2]);
  const silent = { ...detail, client: { name: "", id: "" } };
  expect(mergeDigests(listed, silent).client).toEqual(listed.client);
});

test("clients are sorted, and two with one name are one", () => {
  const clients = digestAll([
    { id: 2, name: "b", interfaces: ["https://b:2", "http://b:1"] },
    { id: 1, name: "a", interfaces: null },
    { id: 3, name: "b", interfaces: ["http://b:0"] },
    { id: 4, name: "Z" },
  ]);
  expect(collectClients(clients)).toEqual([
    { name: "Z", interfaces: [] },
    { name: "a", interfaces: [] },
    { name: "b", interfaces: ["http://b:0", "http://b:1", "https://b:2"] },
  ]);
});

test.each<{ kind: ListKind; items: readonly unknown[]; absent?: Words; gaps: readonly RegExp[] }>([
  { kind: "client", items: [{ id: 1, interface: "" }], gaps: [] },
  { kind: "client", items: [], gaps: [/lists none/] },
  { kind: "client", items: [{ id: 1 }, { id: 2 }], gaps: [/none of 2 has an interface field/] },
  { kind: "client", items: [{ id: 1 }], absent: { client: "none" }, gaps: [] },
  { kind: "backup-task", items: [], gaps: [/lists none/] },
  { kind: "backup-event", items: [], gaps: [] },
  { kind: "restore-task", items: [{ id: 1 }], gaps: [/none of 1 has an interface field/] },
  // A word in a comment is not a field, and says nothing about the others.
  {
    kind: "restore-task",
    items: [{ id: 1, text: "was http://a" }],
    gaps: [/none of 1 has an interface field/],
  },
  { kind: "restore-task", items: [{ id: 1 }], absent: { "restore-task": "blank" }, gaps: [] },
  {
    kind: "backup-event",
    items: [{ id: 1, interface: a, targetInterfaceId: 5 }],
    gaps: [/"targetInterfaceId" may contain an interface/],
  },
])("$kind $items has the gaps $gaps", ({ kind, items, absent = {}, gaps }) => {
  const found = findGaps(kind, digestAll(items), mapOf(absent)).map(({ reason }) => reason);
  expect(found.length).toBe(gaps.length);
  gaps.forEach((gap, index) => expect(found[index]).toMatch(gap));
});

const text = fc.string({ unit: "binary", maxLength: 12 });
const inventories: fc.Arbitrary<Inventory> = fc.record({
  server: text,
  exportedAt: fc.constant("2026-11-20T08:00:00Z"),
  clients: fc.array(fc.record({ name: text, interfaces: fc.array(text, { maxLength: 3 }) })),
  usage: fc.array(
    fc.record({ kind: fc.constantFrom(...usageKinds), name: text, client: text, interface: text }),
  ),
});

test("the output is valid input, one item per line", () => {
  fc.assert(
    fc.property(inventories, (inventory) => {
      const printed = printInventory(inventory);
      const { problems, clients, usage, lines } = readInterfaces("x", encodeBytes(printed));
      expect(problems).toEqual([]);
      expect(JSON.parse(printed)).toEqual({ schemaVersion: 1, ...inventory });
      expect([clients.length, usage.length]).toEqual([
        inventory.clients.length,
        inventory.usage.length,
      ]);
      const ends = (inventory.clients.length > 0 ? 1 : 0) + (inventory.usage.length > 0 ? 1 : 0);
      expect(lines.length).toBe(8 + clients.length + usage.length + ends);
    }),
  );
});

test("prints nothing that the GitHub runner would read as a command", () => {
  const command = "##[error]";
  const used = { kind: "backup-task", name: command, client: command, interface: command } as const;
  const clients = [{ name: command, interfaces: [command] }];
  const inventory = { server: command, exportedAt: command, clients, usage: [used] };
  const printed = printInventory(inventory, [command]);
  expect(printed).not.toContain("##[");
  expect(JSON.parse(printed)).toEqual({ schemaVersion: 1, incomplete: [command], ...inventory });
});

test("an incomplete inventory says so, and every reader of the format refuses it", () => {
  const inventory = { server: "s", exportedAt: "2026-11-20T08:00:00Z", clients: [], usage: [] };
  const printed = printInventory(inventory, ["restore-task: no path"]);
  expect(JSON.parse(printed).incomplete).toEqual(["restore-task: no path"]);
  const [problem] = readInterfaces("x", printed).problems;
  expect(problem?.message).toBe("unknown key 'incomplete' in the file");
});

test("the review says what to do, and calls nothing unused that may be in use", () => {
  const clients = [
    { name: "a", interfaces: ["http://a:11000", a, "a:11001"] },
    { name: "b\u001b[31m", interfaces: ["http://b:11000", "ftp://b"] },
  ];
  const use = { kind: "backup-event", name: "e", client: "db1" } as const;
  const usage = [
    { ...use, interface: "http://A.example:11000" },
    { ...use, interface: "" },
  ];
  expect(renderReview(clients, usage)).toMatchInlineSnapshot(`
    "1 task or event with an interface without HTTPS; move them to an https:// interface first:
      backup-event e of client db1: http://A.example:11000
    1 task or event without an interface, which may fall back to HTTP; choose an https:// interface:
      backup-event e of client db1
    3 interfaces without HTTPS that no task or event uses. To delete them in SEP sesam:
      1. Main selection, Components, Clients: right-click the client, Properties.
      2. Delete them in the list of interfaces and click Apply.
      3. If SEP sesam warns that one is in use, keep it and move the task or event that it names.
      4. Run this inventory again.
      client a: a:11001
      client b\\x1b[31m: http://b:11000
      client b\\x1b[31m: ftp://b
    "
  `);
  expect(renderReview(clients, [...usage, { ...use, interface: "b" }])).not.toContain("//b");
  expect(renderReview([{ name: "a", interfaces: [a] }], [{ ...use, interface: a }])).toBe(
    "Every interface uses HTTPS, and every task and event has one.\n",
  );
});
