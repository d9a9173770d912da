import type { UsageKind } from "../fleet/interfaces.ts";
import type { Digest, DigestTerms } from "./item.ts";
import { listKinds, type Endpoints, type ListKind } from "./endpoints.ts";
import {
  collectClients,
  collectUsage,
  findGaps,
  type Absent,
  type Gap,
  type InventoryClient,
  type InventoryUsage,
} from "./inventory.ts";
import type { Paging } from "./listing.ts";
import { listItems, type ListTools } from "./fetch-items.ts";
import type { SesamRest } from "./sesam-port.ts";
import { isSuccess, withSession, type Credentials } from "./sesam-session.ts";

export interface InventoryRequest {
  readonly credentials: Credentials;
  readonly endpoints: Endpoints;
  /** Kinds that are not asked for, by the word of the user. */
  readonly skipped: ReadonlySet<ListKind>;
  readonly absent: ReadonlyMap<ListKind, Absent>;
  readonly details: ReadonlyMap<ListKind, string>;
  readonly paging: Paging | undefined;
  readonly terms: DigestTerms;
  /** Undefined: the Server says its name. */
  readonly serverName: string | undefined;
}

export interface InventoryTools extends Pick<ListTools, "note" | "tell"> {
  readonly rest: SesamRest;
}

export interface TakenInventory {
  readonly server: string;
  readonly clients: readonly InventoryClient[];
  readonly usage: readonly InventoryUsage[];
  /** Items that the Server listed, by kind. */
  readonly counts: ReadonlyMap<ListKind, number>;
  /** Where there is one, the inventory is not complete. */
  readonly gaps: readonly Gap[];
}

/** Asks a Server who has and uses which interface; changes nothing there. */
export async function takeInventory(
  request: InventoryRequest,
  { rest, note, tell }: InventoryTools,
): Promise<TakenInventory> {
  const { credentials, endpoints } = request;
  return withSession({ credentials, endpoints, rest, note }, (ask) =>
    listAll(request, { ask, note, tell }),
  );
}

async function listAll(request: InventoryRequest, tools: ListTools): Promise<TakenInventory> {
  const gaps: Gap[] = [];
  const lists = new Map<ListKind, readonly Digest[]>();
  const server = request.serverName ?? (await askName(request.endpoints, tools, gaps));
  for (const kind of listKinds) {
    if (request.skipped.has(kind)) continue;
    const endpoint = request.endpoints.lists.get(kind);
    if (endpoint === undefined) {
      const next = `Set it with --endpoint ${kind}=METHOD:PATH, or check these items by hand and use --skip ${kind} or --skip undocumented.`;
      gaps.push({ about: kind, reason: "no known path", next });
      continue;
    }
    const { details, paging, terms } = request;
    const listed = await listItems(
      { kind, endpoint, details: details.get(kind), paging, terms },
      tools,
    );
    if (listed.kind === "gap") gaps.push(listed.gap);
    else lists.set(kind, listed.digests);
  }
  for (const [kind, digests] of lists) gaps.push(...findGaps(kind, digests, request.absent));
  return { server, ...collect(lists, request.absent), gaps };
}

function collect(
  lists: ReadonlyMap<ListKind, readonly Digest[]>,
  absent: InventoryRequest["absent"],
): Pick<TakenInventory, "clients" | "usage" | "counts"> {
  const clients = lists.get("client") ?? [];
  const usage = new Map<UsageKind, readonly Digest[]>();
  for (const [kind, digests] of lists) if (kind !== "client") usage.set(kind, digests);
  return {
    clients: collectClients(clients),
    usage: collectUsage({ clients, usage }, absent),
    counts: new Map([...lists].map(([kind, digests]) => [kind, digests.length])),
  };
}

async function askName({ server }: Endpoints, { ask }: ListTools, gaps: Gap[]): Promise<string> {
  const { status, content } = await ask(server);
  const json = content?.json;
  const name = typeof json === "object" && json !== null && "name" in json ? json.name : undefined;
  if (isSuccess(status) && typeof name === "string" && name.trim() !== "") return name;
  const reason = `${server.method} ${server.path}: the response has no name (${status})`;
  gaps.push({ about: "server", reason, next: "Set it with --name NAME." });
  return "";
}
