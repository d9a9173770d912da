import { nameDialects } from "../../gnutls/dialects.ts";
import { ofFile, type Rule } from "../rule.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";

export const tlsForwardSecrecy: Rule = {
  id: "tls-forward-secrecy",
  title: "Every key exchange has forward secrecy",
  severity: "error",
  profiles: ["strict"],
  explanation: {
    triggers:
      "Profile `strict`: with the priority string, at least one GnuTLS release that the host may run could negotiate a suite whose key exchange is RSA, PSK or RSA-PSK. The vendor's string allows RSA.",
    fix: "Add `:-RSA` to the string.",
    rationale:
      "Anyone who records the traffic and later gets the server's key can decrypt all of it. RSA key exchange is also the target of Bleichenbacher's attacks.",
    source: "RFC 9325, section 4.1; RFC 7525.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const dialects = dialectsWhere(readings, ({ noSecrecy }) => noSecrecy.length > 0);
      if (dialects.length === 0) return [];
      const names = [...new Set(readings.flatMap(({ noSecrecy }) => noSecrecy))];
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string allows key exchange without forward secrecy: ${names.join(", ")} (${nameDialects(dialects)})`,
          help: `Add ${names.map((name) => `:-${name}`).join("")} to the string.`,
          fix: { kind: "priority", line: entry.line, fault: "secrecy" },
        },
      ];
    }),
  ),
};
