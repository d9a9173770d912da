import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wireUnknown: Rule = {
  id: "wire-unknown",
  title: "The scan of the host is conclusive",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: a fact that the verdict depends on could not be established. The name does not resolve, a port is filtered, or the host gave no valid answer in time. Exit code 4.",
    fix: "Make sure that the machine that runs `verify` can reach the host's ports. If a firewall drops packets to closed plain ports and every client is behind it, set `filtered_port = closed`. If this machine has no IPv6 (or no IPv4), set `unreachable_families = ipv6` (or `ipv4`).",
    rationale:
      "Unknown never counts as good: a firewall between this machine and the host says nothing about the path that other clients take.",
    source: "A safeguard of this tool.",
  },
};
