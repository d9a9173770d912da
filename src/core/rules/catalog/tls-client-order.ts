import { ofFile, type Rule } from "../rule.ts";

const option = "%SERVER_PRECEDENCE";

export const tlsClientOrder: Rule = {
  id: "tls-client-order",
  title: "The server's order of suites decides",
  severity: "warning",
  explanation: {
    triggers: "The priority string is valid and has no `%SERVER_PRECEDENCE` (in capitals).",
    fix: "Add `:%SERVER_PRECEDENCE` to the string.",
    rationale:
      "Without it the client's order decides, and an old client may choose the weaker suite.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): its string ends with the option.",
  },
  check: ofFile((file) =>
    file.priorityLines
      .filter(({ readings }) =>
        readings.every(({ evaluation, ordered }) => evaluation.ok && !ordered),
      )
      .map(({ entry }) => ({
        place: { line: entry.line, span: entry.valueSpan },
        message: "the client's order of suites decides, not the server's",
        help: `Add :${option} to the string.`,
        fix: { kind: "priority", line: entry.line, fault: "order" },
      })),
  ),
};
