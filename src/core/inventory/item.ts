import { searchInterfaces, type FoundValue, type SearchTerms } from "./search.ts";

/** What a client, task or event is called by another one; the Server may use name or number. */
export interface Reference {
  readonly name: string;
  readonly id: string;
}

/** What is kept of a listed client, task or event. */
export interface Digest extends Reference {
  readonly client: Reference;
  /** Of an event: the task that it starts. */
  readonly task: string;
  readonly found: FoundValue;
}

export interface DigestTerms extends SearchTerms {
  /** Keys, in small letters, that name the client of a task or event; the first one counts. */
  readonly clientKeys: readonly string[];
}

export const defaultClientKeys = ["client", "clientname", "clientid"];

const taskKeys = ["object", "taskname", "task"];

/** Undefined where an item has neither name nor number. A bare text or number is taken for one. */
export function digestItem(item: unknown, terms: DigestTerms): Digest | undefined {
  const members = membersOf(item);
  const { name, id } = typeof item === "object" ? readSelf(members) : readReference(item);
  if (name === "" && id === "") return undefined;
  const client = readFirst(members, terms.clientKeys);
  const task = readFirst(members, taskKeys).name;
  return { name, id, client, task, found: searchInterfaces(item, terms) };
}

/** What a list says of an item, and what its own page says: all that either of them shows. */
export function mergeDigests(listed: Digest, detail: Digest): Digest {
  const [one, other] = [listed.found, detail.found];
  const found = {
    interfaces: new Set([...one.interfaces, ...other.interfaces]),
    unread: new Set([...one.unread, ...other.unread]),
    hasBlank: one.hasBlank || other.hasBlank,
    isShown: one.isShown || other.isShown,
  };
  const isKnown = detail.client.name !== "" || detail.client.id !== "";
  const client = isKnown ? detail.client : listed.client;
  const { name, id, task } = listed;
  return {
    name: name || detail.name,
    id: id || detail.id,
    client,
    task: task || detail.task,
    found,
  };
}

/** An event without a name is shown with the name of its task, or else with its number. */
export function titleOf({ name, task, id }: Digest): string {
  return name || task || `#${id}`;
}

function readSelf(members: ReadonlyMap<string, unknown>): Reference {
  return {
    name: readReference(members.get("name")).name,
    id: readPlain(members.get("id")),
  };
}

function readFirst(members: ReadonlyMap<string, unknown>, keys: readonly string[]): Reference {
  const references = keys.map((key) => readReference(members.get(key)));
  return references.find(({ name, id }) => name !== "" || id !== "") ?? { name: "", id: "" };
}

/** A name, a number, or an object that has one of them. */
function readReference(value: unknown): Reference {
  if (typeof value === "string") return { name: value.trim() === "" ? "" : value, id: "" };
  if (typeof value === "number") return { name: "", id: String(value) };
  const members = membersOf(value);
  const name = members.get("name");
  return { name: typeof name === "string" ? name : "", id: readPlain(members.get("id")) };
}

function readPlain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** By key in small letters, since how SEP sesam writes them is not documented. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
}
