import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wireUnreachable: Rule = {
  id: "wire-unreachable",
  title: "A data port that the file opens answers",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: the file that is in place opens HTTPS, and the port refuses connections, talks neither TLS 1.2 nor 1.3, refuses the name that clients ask for, or something that is not HTTP answers; or the file opens plain ports alone, and none of them takes connections.",
    fix: "Look at the host now: is STPD running, and did it take its file? An invalid priority string may keep HTTPS from starting. Until it answers, backups to this host fail.",
    rationale: "This is the lock-out that hardening must never cause.",
    source:
      "A safeguard of this tool; libmicrohttpd 0.9.75 does not start with an invalid priority string (measured).",
  },
};
