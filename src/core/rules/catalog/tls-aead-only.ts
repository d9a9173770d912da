import { nameDialects } from "../../gnutls/dialects.ts";
import { ofFile, type Rule } from "../rule.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";

export const tlsAeadOnly: Rule = {
  id: "tls-aead-only",
  title: "Only AEAD cipher suites are enabled",
  severity: "error",
  profiles: ["strict"],
  explanation: {
    triggers:
      "Profile `strict`: with the priority string, at least one GnuTLS release that the host may run could negotiate a cipher suite with a separate MAC, in practice CBC with HMAC. The vendor's string allows CBC with SHA1.",
    fix: "Add `:-SHA1` to the string, and any other MAC that the finding names. This disables HMAC-SHA1, not SHA-1 signatures.",
    rationale: "CBC with a separate MAC is the target of Lucky Thirteen and related attacks.",
    source: "RFC 9325, section 4.2.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const dialects = dialectsWhere(readings, ({ noAead }) => noAead.length > 0);
      if (dialects.length === 0) return [];
      const names = [...new Set(readings.flatMap(({ noAead }) => noAead))];
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string allows non-AEAD suites with ${names.join(", ")} (${nameDialects(dialects)})`,
          help: `Add ${names.map((name) => `:-${name}`).join("")} to the string.`,
          fix: { kind: "priority", line: entry.line, fault: "aead" },
        },
      ];
    }),
  ),
};
