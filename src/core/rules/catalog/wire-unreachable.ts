import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wireUnreachable: Rule = {
  id: "wire-unreachable",
  title: "A data port that the file opens is reachable",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: the file in use opens HTTPS, but the port refuses connections, supports neither TLS 1.2 nor 1.3, rejects the name that clients ask for, or does not speak HTTP. Or the file opens only plain ports, and none of them accepts connections.",
    fix: "Check the host now: is STPD running, and did it read its file? An invalid priority string may keep HTTPS from starting. Until the port answers, backups to this host fail.",
    rationale: "This is the lock-out that hardening must never cause.",
    source:
      "A safeguard of this tool; libmicrohttpd 0.9.75 does not start with an invalid priority string (measured).",
  },
};
