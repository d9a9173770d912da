import type { TlsVersion } from "../core/tls/versions.ts";
import type { HelloAsker, Reply } from "./hello-asker.ts";

/** What a search among the suites of one version came to. */
export interface SuiteSearch {
  /** In the order in which the server chose them. */
  readonly accepted: readonly number[];
  readonly end:
    /** Everything else is refused, or nothing else was to be known. */
    | { readonly kind: "done" }
    | { readonly kind: "version-refused" }
    /** It closed, and nothing had been answered before. */
    | { readonly kind: "unheard" }
    /** Refused if the asker confirms it. */
    | { readonly kind: "closed" }
    | { readonly kind: "unknown"; readonly reason: string };
}

export interface SearchRequest {
  readonly version: TlsVersion;
  readonly suites: readonly number[];
  /** False: one accepted suite is enough. */
  readonly all: boolean;
}

/**
 * Offers all suites, strikes out the one that is chosen, and so on until the rest is refused: a
 * server names one suite at a time, so nothing cheaper is a proof. Where it chooses and then
 * breaks, the halves are asked one after the other, down to the suite that it cannot do.
 */
export async function searchSuites(
  { version, suites, all }: SearchRequest,
  asker: HelloAsker,
  first?: Reply,
): Promise<SuiteSearch> {
  const accepted: number[] = [];
  const open = [suites];
  let closed = false;
  let known = first;
  for (let offered = open.pop(); offered !== undefined; offered = open.pop()) {
    const reply = known ?? (await asker.ask({ version, suites: offered }));
    known = undefined;
    if (reply.kind === "accepted") {
      accepted.push(reply.suite);
      const rest = offered.filter((suite) => suite !== reply.suite);
      if (!all) return { accepted, end: { kind: "done" } };
      if (rest.length > 0) open.push(rest);
    } else if (reply.kind === "broken" && offered.length > 1) {
      const half = offered.length >> 1;
      open.push(offered.slice(half), offered.slice(0, half));
    } else if (reply.kind === "unknown" || reply.kind === "unheard") {
      return { accepted, end: reply };
    } else if (reply.kind === "refused" && reply.what === "version") {
      return { accepted, end: { kind: "version-refused" } };
    } else if (reply.kind === "closed") closed = true;
  }
  return { accepted, end: { kind: closed ? "closed" : "done" } };
}
