import type { Offer } from "../tls/client-hello.ts";
import type { ClientHelloProbe, Reply } from "./hello-client.ts";

/** What a search among the suites of one version came to. */
export interface SuiteSearch {
  /** In the order in which the server chose them. */
  readonly accepted: readonly number[];
  /** Offers on which it closed, or which it did not read: whether it refuses them is open. */
  readonly closed: readonly Offer[];
  readonly end:
    /** Everything else is refused, or nothing else was to be known. */
    | { readonly kind: "done" }
    | { readonly kind: "version-refused" }
    | { readonly kind: "unknown"; readonly reason: string };
}

export interface SearchRequest extends Offer {
  /** False: one accepted suite is enough. */
  readonly all: boolean;
}

/**
 * Offers all suites, strikes out the one that is chosen, and so on until the rest is refused: a
 * server names one suite at a time, so nothing cheaper is a proof. Where it chooses and then
 * breaks, the halves are asked one after the other, down to the suite that it cannot do.
 */
export async function searchSuites(
  { all, ...offer }: SearchRequest,
  helloProbe: ClientHelloProbe,
  first?: Reply,
): Promise<SuiteSearch> {
  const accepted: number[] = [];
  const closed: Offer[] = [];
  const open = [offer.suites];
  let known = first;
  for (let suites = open.pop(); suites !== undefined; suites = open.pop()) {
    const reply = known ?? (await helloProbe.ask({ ...offer, suites }));
    known = undefined;
    if (reply.kind === "accepted") {
      accepted.push(reply.suite);
      const rest = suites.filter((suite) => suite !== reply.suite);
      if (!all) return { accepted, closed, end: { kind: "done" } };
      if (rest.length > 0) open.push(rest);
    } else if (reply.kind === "broken" && suites.length > 1) {
      const half = suites.length >> 1;
      open.push(suites.slice(half), suites.slice(0, half));
    } else if (reply.kind === "unknown") {
      return { accepted, closed, end: reply };
    } else if (reply.kind === "refused" && reply.what === "version") {
      return { accepted, closed, end: { kind: "version-refused" } };
    } else if (reply.kind === "closed" || reply.kind === "dropped") {
      closed.push({ ...offer, suites });
    }
  }
  return { accepted, closed, end: { kind: "done" } };
}
