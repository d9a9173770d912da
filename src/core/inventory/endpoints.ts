import { usageKinds, type UsageKind } from "../fleet/interfaces.ts";

/** What the Server is asked to list. */
export type ListKind = "client" | UsageKind;

export const listKinds: readonly ListKind[] = ["client", ...usageKinds];

/** What a path is set for: a list, or what a session needs. */
export type EndpointName = ListKind | "login" | "logout" | "server";

const endpointNames: readonly EndpointName[] = [...listKinds, "login", "logout", "server"];

export interface RestEndpoint {
  readonly method: "GET" | "POST";
  /** Below the API's own path, with a slash in front; may have a query. */
  readonly path: string;
}

export interface Endpoints {
  readonly login: RestEndpoint;
  readonly logout: RestEndpoint;
  readonly server: RestEndpoint;
  readonly lists: ReadonlyMap<ListKind, RestEndpoint>;
}

/** Below this the API of version 2 is found. */
export const apiPath = "/sep/api/v2";

/**
 * Paths that programs are known to use: SAPUCC/sepsesam and chexma/checkmk_plugin_sep_sesam. None
 * is known for restores, migrations and replications, and none is guessed.
 */
export const defaultEndpoints: Endpoints = {
  login: { method: "POST", path: "/auth/login" },
  logout: { method: "GET", path: "/auth/logout" },
  server: { method: "GET", path: "/server/info" },
  lists: new Map<ListKind, RestEndpoint>([
    ["client", { method: "GET", path: "/clients" }],
    ["backup-task", { method: "POST", path: "/backups/findTasks" }],
    ["backup-event", { method: "POST", path: "/backupevents/find" }],
  ]),
};

/** With one of them in the place of what was there. */
export function setEndpoint(all: Endpoints, name: EndpointName, endpoint: RestEndpoint): Endpoints {
  if (name === "login" || name === "logout" || name === "server") {
    return { ...all, [name]: endpoint };
  }
  return { ...all, lists: new Map([...all.lists, [name, endpoint]]) };
}

export type EndpointReading =
  | { readonly kind: "endpoint"; readonly name: EndpointName; readonly endpoint: RestEndpoint }
  | { readonly kind: "problem"; readonly message: string };

/** Reads `backup-task=GET:/backups/findTasks`. */
export function parseEndpoint(text: string): EndpointReading {
  const parts = /^([a-z-]+)=(GET|POST):(.*)$/s.exec(text);
  const name = endpointNames.find((known) => known === parts?.[1]);
  if (parts === null || name === undefined) {
    const message = `expected NAME=METHOD:PATH, where NAME is one of ${endpointNames.join(", ")} and METHOD is GET or POST`;
    return { kind: "problem", message };
  }
  const method = parts[2] === "GET" ? "GET" : "POST";
  const path = parts[3] ?? "";
  const message = findPathProblem(path) ?? findMethodProblem(name, method, path);
  return message === undefined
    ? { kind: "endpoint", name, endpoint: { method, path } }
    : { kind: "problem", message };
}

/** What is wrong with a path; undefined where nothing is. */
export function findPathProblem(path: string): string | undefined {
  if (!/^\/[\x21-\x7e]+$/.test(path)) return "a path starts with / and has no spaces";
  if (path.includes("#") || path.includes("\\")) return "a path has no # and no backslash";
  const names = path.split(/[/?]/).map((name) => name.replaceAll(/%2e/gi, "."));
  return names.includes("..") || names.includes(".") ? "a path has no . and .." : undefined;
}

/** POST also starts backups and deletes clients, so only what is named as a search is asked. */
function findMethodProblem(
  name: EndpointName,
  method: RestEndpoint["method"],
  path: string,
): string | undefined {
  if (name === "login") return method === "GET" ? "the login needs POST" : undefined;
  if (method === "GET") return undefined;
  const last = path.replace(/\?.*$/, "").split("/").at(-1) ?? "";
  if (name === "logout" && last.startsWith("log")) return undefined;
  return /^(find|filter|list|search)/.test(last)
    ? undefined
    : "POST is only allowed for paths whose last segment starts with find, filter, list or search, because others may change something";
}
