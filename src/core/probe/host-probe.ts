import { worstOf, type AddressProbe, type ProbeAnswer, type ProbeReason } from "./address-probe.ts";
import type { Family } from "../base/family.ts";

/** The address family; an IPv4-mapped IPv6 address counts as IPv4. */
export function familyOf(address: string): Family {
  return address.includes(":") && !/^::ffff:[0-9.]+$/i.test(address) ? "ipv6" : "ipv4";
}

/** Scan of a host: every address of its name. */
export interface HostProbe {
  readonly host: string;
  readonly verdict: ProbeAnswer;
  /** In the order of name resolution; empty if the name did not resolve. */
  readonly addresses: readonly AddressProbe[];
  /** Addresses of an unreachable family, which were not scanned. */
  readonly unchecked: readonly string[];
  /** Reasons about the host as a whole. */
  readonly reasons: readonly ProbeReason[];
}

/** Unknown if the host has no address, or none was scanned. */
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
