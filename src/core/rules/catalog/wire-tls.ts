import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wireTls: Rule = {
  id: "wire-tls",
  title: "The host accepts no TLS that its file disables",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: a TLS version or cipher suite is accepted that the priority string of the file in place does not enable under any GnuTLS release that the host may run.",
    fix: "Fix what `check` finds in the file first: with a file that locks the host out, STPD must not be restarted. Then roll the file out, or restart STPD if the file is on the host already; STPD reads it when it starts. If the finding stays, the version of STPD may not know the key: check the spelling and the installed build.",
    rationale:
      "The minimum build of SEP sesam that honours the priority string is not documented, so only a scan shows whether it does.",
    source: "GnuTLS 3.6.13 to 3.8.13, measured; SEP, Disabling unsecure transport modes (5.1.0).",
  },
};
