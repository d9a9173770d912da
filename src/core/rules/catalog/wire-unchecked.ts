import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wireUnchecked: Rule = {
  id: "wire-unchecked",
  title: "Every address of a host is checked",
  severity: "notice",
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: `unreachable_families` names the family of an address of the host, so this address is not checked from here. The verdict is about the other addresses.",
    fix: "Run `verify` from a machine that reaches the address as well, or leave it at that.",
    rationale:
      "A name may have an IPv6 address although the machine that verifies has no IPv6. Such an address says nothing about the host, and would make it unknown permanently. Where no address is left, the host stays unknown.",
    source: "A safeguard of this tool.",
  },
};
