import type { Rule } from "./rule.ts";

/** Found by verify, which asks the host. */
export const wireTls: Rule = {
  id: "wire-tls",
  title: "The wire accepts no TLS that the file turns off",
  severity: "error",
  lasting: true,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found by `verify` alone: a TLS version or cipher suite is accepted that the priority string of the file in place does not enable under any GnuTLS release that the host may run.",
    fix: "Restart STPD, which reads its file when it starts. If it stays, the version of STPD may not know the key: see whether it is spelled as SEP spells it, and which build is installed.",
    rationale:
      "The minimum build of SEP sesam that honours the priority string is not documented, so only the wire tells whether it does.",
    source: "GnuTLS 3.6.13 to 3.8.13, measured; SEP, Disabling unsecure transport modes (5.1.0).",
  },
};
