import { worstOf, type AddressProbe, type ProbeAnswer, type ProbeReason } from "./address-probe.ts";
import type { Family } from "../base/family.ts";

/** An IPv4 address in the form of IPv6 goes over IPv4. */
export function familyOf(address: string): Family {
  return address.includes(":") && !/^::ffff:[0-9.]+$/i.test(address) ? "ipv6" : "ipv4";
}

/** What the network says of a host: every address of its name. */
export interface HostProbe {
  readonly host: string;
  readonly verdict: ProbeAnswer;
  /** In the order in which the name gave them; empty where it gave none. */
  readonly addresses: readonly AddressProbe[];
  /** Addresses of a family that cannot be reached from here, of which nothing is said. */
  readonly unchecked: readonly string[];
  /** Of the host, not of one of its addresses. */
  readonly reasons: readonly ProbeReason[];
}

/** No address is no good one, and neither is one that was not checked. */
export function combineAddresses(
  host: string,
  addresses: readonly AddressProbe[],
  unchecked: readonly string[] = [],
): HostProbe {
  if (addresses.length === 0) {
    if (unchecked.length === 0) return unresolvedHost(host, "it has none");
    const message = "no address of the host was scanned: unreachable_families covers all of them";
    const reasons = [{ answer: "unknown", code: "no-address-checked", message }] as const;
    return { host, verdict: "unknown", addresses, unchecked, reasons };
  }
  const answers = addresses.map(({ verdict }) => ({ answer: verdict }));
  return { host, verdict: worstOf(answers), addresses, unchecked, reasons: [] };
}

export function unresolvedHost(host: string, reason: string): HostProbe {
  const message = `cannot resolve the host name: ${reason}`;
  const reasons = [{ answer: "unknown", code: "name-not-resolved", message }] as const;
  return { host, verdict: "unknown", addresses: [], unchecked: [], reasons };
}
