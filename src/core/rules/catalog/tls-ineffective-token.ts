import { ofFile, type Rule } from "../rule.ts";

export const tlsIneffectiveToken: Rule = {
  id: "tls-ineffective-token",
  title: "Every element of the priority string does something",
  severity: "warning",
  explanation: {
    triggers:
      "An element that GnuTLS accepts and ignores by its form: an unknown name behind `MAC-`, `CIPHER-`, `KX-` or `COMP-`, or an element past the last one that a release reads (64 before GnuTLS 3.7.4, 128 since). Removing what is not there anyway, as three elements of the vendor's string do, is not reported.",
    fix: "Write the name that was meant, without the prefix (`-3DES-CBC`, not `-CIPHER-3DES`), or remove the element.",
    rationale: "It looks like protection and is none.",
    source: "Measured with GnuTLS 3.6.13 to 3.8.13.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const ignored = new Map(
        readings
          .flatMap(({ evaluation }) => evaluation.warnings)
          .filter(({ kind }) => kind === "ignored" || kind === "past-limit")
          .map((warning) => [warning.offset, warning]),
      );
      return [...ignored.values()].map(({ kind, offset, token, message }) => {
        const start = entry.valueSpan[0] + offset;
        return {
          place: { line: entry.line, span: [start, start + token.length] as const },
          message: `${token} ${message}`,
          help: "Write the name that was meant, or remove the element.",
          ...(kind === "ignored"
            ? { fix: { kind: "priority", line: entry.line, fault: "ineffective" } as const }
            : {}),
        };
      });
    }),
  ),
};
