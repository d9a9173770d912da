import { digestItem, mergeDigests, titleOf, type Digest, type DigestTerms } from "./item.ts";
import type { RestEndpoint, ListKind } from "./endpoints.ts";
import type { Gap } from "./inventory.ts";
import { createListing, type Paging, type Parameters } from "./listing.ts";
import { readPage, type ListPage } from "./page.ts";
import type { RestAnswer } from "./sesam-port.ts";
import { isSuccess, type SesamRequest } from "./sesam-session.ts";

export interface ListRequest {
  readonly kind: ListKind;
  readonly endpoint: RestEndpoint;
  /** Path of one item, with `{id}` or `{name}` in it; undefined where the list says everything. */
  readonly details: string | undefined;
  readonly paging: Paging | undefined;
  readonly terms: DigestTerms;
}

export interface ListTools {
  readonly ask: SesamRequest;
  /** What a person should know, and what stops nothing. */
  readonly note: (text: string) => void;
  /** Progress. */
  readonly tell: (text: string) => void;
}

interface Stop {
  readonly kind: "gap";
  readonly gap: Gap;
}

export type FetchedItems = { readonly kind: "items"; readonly digests: readonly Digest[] } | Stop;

/** All items of a kind, or why not all of them can be known. */
export async function listItems(request: ListRequest, tools: ListTools): Promise<FetchedItems> {
  const listed = await listPages(request, tools);
  if (listed.kind === "gap" || request.details === undefined) return listed;
  const digests: Digest[] = [];
  for (const digest of listed.digests) {
    const detail = await askDetail(request, request.details, digest, tools.ask);
    if ("gap" in detail) return detail;
    digests.push(detail);
    tools.tell(`${request.kind}: ${digests.length} of ${listed.digests.length} requested`);
  }
  return { kind: "items", digests };
}

async function listPages(request: ListRequest, tools: ListTools): Promise<FetchedItems> {
  const { kind, paging, terms } = request;
  const listing = createListing(paging);
  const digests: Digest[] = [];
  let parameters = listing.first;
  for (;;) {
    const page = await askPage(request, parameters, tools.ask);
    if (page.kind === "gap") return page;
    const found = page.items.map((item) => digestItem(item, terms));
    const named = found.filter((digest) => digest !== undefined);
    if (named.length < found.length) {
      return stop(request, "some items have neither name nor id", lookAtEndpoint(kind));
    }
    const keys = named.map(({ id, name }) => JSON.stringify([id, name]));
    const step = listing.add({ keys, total: page.total, hasMore: page.hasMore });
    if (step.kind === "gap") {
      return stop(request, step.reason, "Check --paging and run the command again.");
    }
    if (step.kind === "ask" || !step.isRepeated) digests.push(...named);
    tools.tell(`${kind}: ${digests.length}`);
    if (step.kind === "done") {
      if (step.note !== undefined) tools.note(`${kind}: ${step.note}`);
      return { kind: "items", digests };
    }
    parameters = step.parameters;
  }
}

async function askPage(
  request: ListRequest,
  parameters: Parameters,
  ask: SesamRequest,
): Promise<ListPage | Stop> {
  const { kind, endpoint } = request;
  const { method } = endpoint;
  const isRead = method === "GET";
  const path = isRead ? addQuery(endpoint.path, parameters) : endpoint.path;
  const reply = await ask({ method, path }, isRead ? undefined : parameters);
  const problem = findProblem(reply);
  if (problem !== undefined) return stop(request, problem, lookAtEndpoint(kind));
  const page = readPage(reply.content?.json, reply.header);
  return page.kind === "page" ? page : stop(request, page.reason, lookAtEndpoint(kind));
}

function addQuery(path: string, parameters: Parameters): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${value}`)
    .join("&");
  return query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

async function askDetail(
  request: ListRequest,
  template: string,
  listed: Digest,
  ask: SesamRequest,
): Promise<Digest | Stop> {
  const { kind, terms } = request;
  const next = `Check --details ${kind}=PATH and run the command again.`;
  const lacks = (["id", "name"] as const).find(
    (key) => template.includes(`{${key}}`) && listed[key] === "",
  );
  if (lacks !== undefined) return stop(request, `${titleOf(listed)} has no ${lacks}`, next);
  const path = template
    .replaceAll("{id}", () => encodeURIComponent(listed.id))
    .replaceAll("{name}", () => encodeURIComponent(listed.name));
  const reply = await ask({ method: "GET", path });
  const json = reply.content?.json;
  const problem = findProblem(reply);
  if (problem !== undefined) return stop(request, `${titleOf(listed)}: ${problem}`, next);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return stop(request, `${titleOf(listed)}: the response is not an object`, next);
  }
  const detail = digestItem({ name: listed.name, id: listed.id, ...json }, terms);
  return detail === undefined ? listed : mergeDigests(listed, detail);
}

/** Why an answer is none to build on; undefined where it is good. */
function findProblem({ status, content, mediaType }: RestAnswer): string | undefined {
  if (status === 404 || status === 405) return `the Server does not have this path (${status})`;
  if (status === 403) return "the user may not read this (403)";
  if (status >= 300 && status < 400) return `the Server redirects (${status})`;
  if (!isSuccess(status)) return `the Server responded with ${status}`;
  const isJson = mediaType === "application/json" || mediaType.endsWith("+json");
  if (!isJson)
    return `the response has media type ${mediaType || "none"} (expected application/json)`;
  return content === undefined ? "the response is not JSON in UTF-8" : undefined;
}

function lookAtEndpoint(kind: ListKind): string {
  const skip = kind === "client" ? "" : `, or use --skip ${kind}`;
  return `Set the path with --endpoint ${kind}=METHOD:PATH${skip}.`;
}

function stop({ kind, endpoint }: ListRequest, problem: string, next: string): Stop {
  const reason = `${endpoint.method} ${endpoint.path}: ${problem}`;
  return { kind: "gap", gap: { about: kind, reason, next } };
}
