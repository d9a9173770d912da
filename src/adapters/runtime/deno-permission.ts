import { deno } from "./deno.ts";

/** What went wrong, and what to do about it if known. */
export interface FileRefusal {
  readonly reason: string;
  readonly next?: string;
}

/** True for Deno's permission error, which has a name and no code. */
export function isNotPermitted(error: unknown): error is Error & { readonly name: "NotCapable" } {
  return error instanceof Error && error.name === "NotCapable";
}

/** The option that gives Deno access to an absolute path. */
export function explainAccess(access: "read" | "write", path: string): FileRefusal {
  const next = isPermitted(access, path, "denied")
    ? `Allow it with --allow-${access}=${path}, and do not name it in --deny-${access}.`
    : `Allow it with --allow-${access}=${path}.`;
  return { reason: `Deno may not ${access} it`, next };
}

/** HOST:PORT of an https:// URL that Deno may not connect to; prompts the user if possible. */
export function findDeniedHost(url: string): string | undefined {
  if (deno === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  const host = `${hostname}:${port || 443}`;
  const { state } = deno.permissions.requestSync({ name: "net", host });
  return state === "granted" ? undefined : host;
}

/** Asks Deno without a prompt; false under Node. */
export function isPermitted(
  access: "read" | "write",
  path: string,
  state: "granted" | "denied" = "granted",
): boolean {
  return deno?.permissions.querySync({ name: access, path }).state === state;
}
