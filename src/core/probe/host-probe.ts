import { worstOf, type AddressProbe, type Answer, type Reason } from "./address-probe.ts";

/** What the wire says of a host: every address of its name. */
export interface HostProbe {
  readonly host: string;
  readonly verdict: Answer;
  /** In the order in which the name gave them; empty where it gave none. */
  readonly addresses: readonly AddressProbe[];
  /** Of the host, not of one of its addresses. */
  readonly reasons: readonly Reason[];
}

/** No address is no good one. */
export function combineAddresses(host: string, addresses: readonly AddressProbe[]): HostProbe {
  if (addresses.length === 0) return unresolvedHost(host, "it has none");
  const answers = addresses.map(({ verdict }) => ({ answer: verdict }));
  return { host, verdict: worstOf(answers), addresses, reasons: [] };
}

export function unresolvedHost(host: string, reason: string): HostProbe {
  const message = `the name gives no address: ${reason}`;
  const reasons = [{ answer: "unknown", code: "name-not-resolved", message }] as const;
  return { host, verdict: "unknown", addresses: [], reasons };
}
