import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wireCertificate: Rule = {
  id: "wire-certificate",
  title: "The HTTPS certificate is valid for at least 14 more days",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: the certificate has expired, expires within 14 days, or is not valid yet.",
    fix: "Renew STPD's certificate on the host.",
    rationale:
      "SEP does not document whether its clients verify the certificate. If they do, backups fail once it expires.",
    source: "A safeguard of this tool.",
  },
};
