import { ofFile, type Rule } from "../rule.ts";

export const tlsIneffectiveToken: Rule = {
  id: "tls-ineffective-token",
  title: "Every element of the priority string has an effect",
  severity: "warning",
  explanation: {
    triggers:
      "GnuTLS accepts an element but ignores it: an unknown name after `MAC-`, `CIPHER-`, `KX-` or `COMP-`, or an element beyond the number that a release reads (64 before GnuTLS 3.7.4, 128 since). Removing something that is not enabled anyway, as three elements of the vendor's string do, is not reported.",
    fix: "Write the intended name without the prefix (`-3DES-CBC`, not `-CIPHER-3DES`), or remove the element.",
    rationale: "The element looks like protection, but has no effect.",
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
          help: "Write the intended name, or remove the element.",
          ...(kind === "ignored"
            ? { fix: { kind: "priority", line: entry.line, fault: "ineffective" } as const }
            : {}),
        };
      });
    }),
  ),
};
