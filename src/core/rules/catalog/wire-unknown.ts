import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wireUnknown: Rule = {
  id: "wire-unknown",
  title: "The wire gives an answer",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: something that the verdict rests on could not be seen. A name gives no address, a port is filtered, an answer did not come in time or was none. Exit code 4.",
    fix: "See that the machine that verifies can reach the host's ports. Where a firewall drops what comes to closed plain ports, and every client is behind it, set `filtered_port = closed`. Where this machine has no IPv6 (or no IPv4), set `unreachable_families = ipv6` (or `ipv4`).",
    rationale:
      "What is unknown is never good: a firewall on the way from here says nothing of the way that others have.",
    source: "A safeguard of this tool.",
  },
};
