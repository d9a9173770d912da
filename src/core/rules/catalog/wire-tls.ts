import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wireTls: Rule = {
  id: "wire-tls",
  title: "The host accepts no TLS version or suite that its file disables",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: the host accepts a TLS version or cipher suite that the priority string of the file in use does not enable in any GnuTLS release that the host may run.",
    fix: "Fix what `check` finds in the file first: do not restart STPD with a file that locks the host out. Then roll the file out. If it is on the host already, restart STPD, which reads it at startup. If the finding stays, this version of STPD may not know the key: check the spelling and the installed build.",
    rationale:
      "The minimum build of SEP sesam that honours the priority string is not documented, so only a scan shows whether it does.",
    source: "GnuTLS 3.6.13 to 3.8.13, measured; SEP, Disabling unsecure transport modes (5.1.0).",
  },
};
