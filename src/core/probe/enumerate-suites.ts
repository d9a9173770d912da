import type { Offer } from "../tls/client-hello.ts";
import type { ClientHelloProbe, Reply } from "./hello-client.ts";

/** Result of the enumeration of one version's suites. */
export interface SuiteSearch {
  /** In the order in which the server chose them. */
  readonly accepted: readonly number[];
  /** Offers that it closed or did not read, so it is unknown whether it refuses them. */
  readonly closed: readonly Offer[];
  readonly end:
    /** All other suites are refused, or were not requested. */
    | { readonly kind: "done" }
    | { readonly kind: "version-refused" }
    | { readonly kind: "unknown"; readonly reason: string };
}

export interface SearchRequest extends Offer {
  /** False: one accepted suite is enough. */
  readonly all: boolean;
}

/**
 * Offers all suites, removes the chosen one, and repeats until the rest is refused. A server chooses
 * one suite at a time, so there is no cheaper way. If it chooses a suite and then fails, offers the
 * halves separately, down to the suite that fails.
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
