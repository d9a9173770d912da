import { createPlaceFinder, parseJson, type JsonNode } from "../formats/json/document.ts";
import { columnOf, joinOr } from "../base/text.ts";
import type { Place } from "../formats/ini/document.ts";
import type { Problem } from "../base/errors.ts";

/** An interface of a client, task or event, with its place. */
export interface PlacedInterface {
  readonly url: string;
  readonly place: Place;
}

export interface InterfaceClient {
  readonly name: string;
  readonly interfaces: readonly PlacedInterface[];
}

export interface Usage {
  /** backup-task, restore-event and so on. */
  readonly kind: string;
  readonly name: string;
  readonly client: string;
  readonly interface: PlacedInterface;
}

export interface InterfacesFile {
  /** Milliseconds since 1970; undefined if the file is invalid. */
  readonly exportedAtMs: number | undefined;
  /** Name of the Server; empty if the file is invalid. */
  readonly server: string;
  readonly clients: readonly InterfaceClient[];
  readonly usage: readonly Usage[];
  /** The lines of the file, without line endings. */
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
}

/** A larger file is not read. */
export const maxInventoryBytes = 16 * 1024 * 1024;

const works = ["backup", "restore", "migration", "replication"] as const;

export type UsageKind = `${(typeof works)[number]}-${"task" | "event"}`;

export const usageKinds: readonly UsageKind[] = works.flatMap((work): readonly UsageKind[] => [
  `${work}-task`,
  `${work}-event`,
]);

/** Reads an interfaces.json from UTF-8 bytes, one character per byte. */
export function readInterfaces(path: string, bytes: string): InterfacesFile {
  const problems: Problem[] = [];
  const placeOf = createPlaceFinder(bytes);
  const complain = (offset: number, message: string, next: string): void => {
    const { line, column } = placeOf(offset);
    const source = bytes.slice(offset - column + 1).split("\n", 1)[0] ?? "";
    problems.push({ file: path, line, column: columnOf(source, column - 1), message, next });
  };
  const reading = parseJson(bytes);
  const empty = {
    exportedAtMs: undefined,
    server: "",
    clients: [],
    usage: [],
    lines: bytes.split(/\r?\n/),
    problems,
  };
  if (reading.kind === "error") {
    complain(reading.offset, `invalid JSON: ${reading.message}`, "Export the file again.");
    return empty;
  }
  const shape = new ShapeReader(complain);
  const top = shape.object(reading.node, "the file", [
    "schemaVersion",
    "exportedAt",
    "server",
    "clients",
    "usage",
  ]);
  if (shape.value(top["schemaVersion"], "schemaVersion") !== 1) {
    const offset = top["schemaVersion"]?.start ?? reading.node.start;
    complain(
      offset,
      "unsupported schemaVersion (expected 1)",
      "Export the file with this version of sesam-harden.",
    );
  }
  const exportedAtMs = shape.time(top["exportedAt"], "exportedAt");
  const server = shape.text(top["server"], "server");
  const placed = (node: JsonNode | undefined, what: string): PlacedInterface => {
    const url = shape.text(node, what);
    const { line, column } = placeOf(node?.start ?? 0);
    // The span excludes the quotes, except for an empty string.
    const width = (node?.end ?? 0) - (node?.start ?? 0);
    const span =
      url === ""
        ? ([column - 1, column - 1 + width] as const)
        : ([column, column + width - 2] as const);
    return { url, place: { line: line - 1, span } };
  };
  const clients = shape.array(top["clients"], "clients").map((node) => {
    const client = shape.object(node, "a client", ["name", "interfaces"]);
    return {
      name: shape.text(client["name"], "name"),
      interfaces: shape
        .array(client["interfaces"], "interfaces")
        .map((item) => placed(item, "an interface")),
    };
  });
  const usage = shape.array(top["usage"], "usage").map((node) => {
    const used = shape.object(node, "a usage", ["kind", "name", "client", "interface"]);
    const kind = shape.text(used["kind"], "kind");
    if (kind !== "" && !usageKinds.some((known) => known === kind)) {
      complain(
        used["kind"]?.start ?? 0,
        `invalid value '${kind}' for kind`,
        `Expected ${joinOr(usageKinds)}.`,
      );
    }
    return {
      kind,
      name: shape.text(used["name"], "name"),
      client: shape.text(used["client"], "client"),
      interface: placed(used["interface"], "interface"),
    };
  });
  return problems.length > 0 ? empty : { ...empty, exportedAtMs, server, clients, usage };
}

type Complain = (offset: number, message: string, next: string) => void;
type Members = Readonly<Record<string, JsonNode | undefined>>;

/** Reads JSON by its expected shape and reports each deviation once. */
class ShapeReader {
  private readonly complain: Complain;

  constructor(complain: Complain) {
    this.complain = complain;
  }

  object(node: JsonNode | undefined, what: string, keys: readonly string[]): Members {
    if (node?.kind !== "object") {
      this.expect(node, `${what} to be an object`);
      return {};
    }
    const members: Record<string, JsonNode> = {};
    for (const { key, value } of node.members) {
      const name = String(key.value);
      if (keys.includes(name)) members[name] = value;
      else
        this.complain(key.start, `unknown key '${name}' in ${what}`, `Known: ${keys.join(", ")}.`);
    }
    for (const key of keys) {
      if (members[key] !== undefined) continue;
      this.complain(node.start, `${what} lacks ${key}`, "Export the file again.");
    }
    return members;
  }

  array(node: JsonNode | undefined, what: string): readonly JsonNode[] {
    if (node?.kind === "array") return node.items;
    this.expect(node, `${what} to be an array`);
    return [];
  }

  text(node: JsonNode | undefined, what: string): string {
    const value = this.value(node, what);
    if (typeof value === "string") return value;
    this.expect(node, `${what} to be a string`);
    return "";
  }

  time(node: JsonNode | undefined, what: string): number {
    const text = this.text(node, what);
    if (text !== "" && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) {
      this.expect(node, `${what} to be a UTC time such as 2026-11-20T08:00:00Z`);
    }
    return Date.parse(text);
  }

  value(node: JsonNode | undefined, what: string): unknown {
    if (node === undefined || node.kind === "value") return node?.value;
    this.expect(node, `${what} to be a plain value`);
    return undefined;
  }

  private expect(node: JsonNode | undefined, what: string): void {
    if (node !== undefined) this.complain(node.start, `expected ${what}`, "Export the file again.");
  }
}

/** True for an interface without HTTPS; an empty interface has a rule of its own. */
export function isInsecure(url: string): boolean {
  return url.trim() !== "" && !url.toLowerCase().startsWith("https://");
}

/** Returns whether a task or event of a client uses an interface. */
export function createUseIndex({
  usage,
}: InterfacesFile): (client: string, url: string) => boolean {
  const named = new Set(usage.map((used) => keyOf(used.client, used.interface.url)));
  return (client, url) => named.has(keyOf(client, url));
}

function keyOf(client: string, url: string): string {
  return JSON.stringify([client, url]);
}

/** An HTTPS interface with its owner, as the start of a sentence. */
export interface HttpsInterface extends PlacedInterface {
  readonly by: string;
}

/** All HTTPS interfaces of an inventory, both offered and used. */
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
