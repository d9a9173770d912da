import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wireCertificate: Rule = {
  id: "wire-certificate",
  title: "The certificate on the HTTPS port is valid for 14 days and more",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found by `verify` alone: the certificate has ended, ends within 14 days, or has not begun.",
    fix: "Renew the certificate of STPD on the host.",
    rationale:
      "Whether clients of SEP sesam verify the certificate is not documented. Where they do, its end is a night without backups.",
    source: "A safeguard of this tool.",
  },
};
