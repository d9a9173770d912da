import { nameDialects } from "../gnutls/dialects.ts";
import { dialectsWhere } from "../gnutls/policy.ts";
import { ofFile, type Rule } from "./rule.ts";

export const tlsNoModernProtocol: Rule = {
  id: "tls-no-modern-protocol",
  title: "TLS 1.2 or TLS 1.3 works",
  severity: "error",
  lasting: true,
  explanation: {
    triggers:
      "A GnuTLS release that the host may run takes the string, and then has no suite of TLS 1.2 or 1.3 that a server with a certificate could use: the versions are off, or no cipher, key exchange, group or signature is left for them.",
    fix: "Take the restriction out again, or write the vendor's string. `sesam-harden priority STRING` lists what is left in each version.",
    rationale:
      "Such a host answers nobody over HTTPS: once HTTP and FTP are closed, it is locked out. GnuTLS accepts such strings without an error. This rule cannot be suppressed.",
    source: "Measured with gnutls-serv 3.7.9.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const dialects = dialectsWhere(
        readings,
        ({ evaluation, modern }) => evaluation.ok && !modern,
      );
      if (dialects.length === 0) return [];
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string leaves no usable suite of TLS 1.2 or 1.3 (${nameDialects(dialects)})`,
          help: "Use the vendor's string, or take out what removes the versions or their suites.",
          mend: { kind: "priority", line: entry.line, fault: "invalid" },
        },
      ];
    }),
  ),
};
