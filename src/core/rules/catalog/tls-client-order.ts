import { ofFile, type Rule } from "../rule.ts";

const option = "%SERVER_PRECEDENCE";

export const tlsClientOrder: Rule = {
  id: "tls-client-order",
  title: "The server chooses the cipher suite",
  severity: "warning",
  explanation: {
    triggers: "The priority string is valid, but lacks `%SERVER_PRECEDENCE` (in capitals).",
    fix: "Add `:%SERVER_PRECEDENCE` to the string.",
    rationale: "Without it the client's order decides, so an old client may choose a weaker suite.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): SEP's string ends with this option.",
  },
  check: ofFile((file) =>
    file.priorityLines
      .filter(({ readings }) =>
        readings.every(({ evaluation, ordered }) => evaluation.ok && !ordered),
      )
      .map(({ entry }) => ({
        place: { line: entry.line, span: entry.valueSpan },
        message: "the client's cipher suite order decides, not the server's",
        help: `Add :${option} to the string.`,
        fix: { kind: "priority", line: entry.line, fault: "order" },
      })),
  ),
};
