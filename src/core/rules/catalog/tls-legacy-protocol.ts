import { nameDialects } from "../../gnutls/dialects.ts";
import { legacyVersions } from "../../gnutls/verdict.ts";
import { ofFile, type Rule } from "../rule.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";

export const tlsLegacyProtocol: Rule = {
  id: "tls-legacy-protocol",
  title: "TLS 1.1 and older are disabled",
  severity: "error",
  explanation: {
    triggers:
      "With the priority string, at least one GnuTLS release that the host may run could negotiate SSL 3.0, TLS 1.0 or TLS 1.1.",
    fix: "Add the missing elements to the string: `:-VERS-TLS1.0:-VERS-TLS1.1`. Every keyword except SUITEB128 and SUITEB192 enables both, up to GnuTLS 3.8.13.",
    rationale: "These versions are deprecated, and their handshakes depend on MD5 and SHA-1.",
    source: "RFC 8996; SEP, Disabling unsecure transport modes (5.1.0), Disable the TLS 1.1.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const dialects = dialectsWhere(readings, ({ legacy }) => legacy.length > 0);
      if (dialects.length === 0) return [];
      const found = new Set(readings.flatMap(({ legacy }) => legacy));
      const versions = legacyVersions.filter((version) => found.has(version));
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string allows ${versions.join(", ")} (${nameDialects(dialects)})`,
          help: `Add ${versions.map((version) => `:-VERS-${version}`).join("")} to the string.`,
          fix: { kind: "priority", line: entry.line, fault: "legacy" },
        },
      ];
    }),
  ),
};
