import { nameDialects } from "../../gnutls/dialects.ts";
import { nameWeak } from "../../gnutls/verdict.ts";
import { ofFile, type Rule } from "../rule.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";

export const tlsWeakCipher: Rule = {
  id: "tls-weak-cipher",
  title: "No broken cipher, MAC or anonymous key exchange is enabled",
  severity: "error",
  explanation: {
    triggers:
      "With the priority string, at least one GnuTLS release that the host may run could negotiate a suite with 3DES, DES, RC4, RC2, NULL or MD5, or one without a certificate (anonymous DH or ECDH).",
    fix: "Remove the element that adds it, such as `+3DES-CBC`. Since GnuTLS 3.6.0, no keyword enables any of these.",
    rationale:
      "NULL suites do not encrypt, anonymous suites do not authenticate the server, and the others can be broken.",
    source:
      "RFC 9325, section 4.1; SEP, Disabling unsecure transport modes (5.1.0), which removes 3DES and DES.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const dialects = dialectsWhere(readings, ({ weak }) => weak.length > 0);
      if (dialects.length === 0) return [];
      const found = new Set(readings.flatMap(({ weak }) => weak));
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string allows ${[...found].map(nameWeak).join(", ")} (${nameDialects(dialects)})`,
          help: "Remove the elements that add these algorithms.",
          fix: { kind: "priority", line: entry.line, fault: "weak" },
        },
      ];
    }),
  ),
};
