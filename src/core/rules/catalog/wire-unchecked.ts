import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wireUnchecked: Rule = {
  id: "wire-unchecked",
  title: "Every address of a host is checked",
  severity: "notice",
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: `unreachable_families` contains the family of one of the host's addresses, so this address is not scanned from here. The verdict is based on the other addresses.",
    fix: "Run `verify` on a machine that reaches the address as well, or accept the gap.",
    rationale:
      "A name may have an IPv6 address although the machine that runs `verify` has no IPv6. Such an address says nothing about the host, and would make it `unknown` permanently. If no address is left, the host stays `unknown`.",
    source: "A safeguard of this tool.",
  },
};
