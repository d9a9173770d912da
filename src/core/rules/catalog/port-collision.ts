import { entriesOf, portKeys, readPort, type StpdEntry } from "../../fleet/stpd-file.ts";
import { ofFile, type Rule } from "../rule.ts";

export const portCollision: Rule = {
  id: "port-collision",
  title: "No two services share a port",
  severity: "error",
  explanation: {
    triggers:
      "Two of `STPD_PORT`, `STPD_HTTP_PORT` and `STPD_HTTPS_PORT` are set to the same number.",
    fix: "Comment out the plain port, or give HTTPS its own number.",
    rationale: "Only one of them can listen. If it is the plain port, HTTPS is not available.",
    source: "A TCP port has one listener per address (RFC 9293).",
  },
  check: ofFile((file) => {
    const taken = new Map<number, StpdEntry>();
    const findings = [];
    const active = portKeys
      .flatMap((key) => entriesOf(file, key))
      .toSorted((left, right) => left.line - right.line);
    for (const entry of active) {
      const port = readPort(entry.value);
      if (port === undefined) continue;
      const other = taken.get(port);
      if (other === undefined) taken.set(port, entry);
      else if (other.key !== entry.key) {
        findings.push({
          place: { line: entry.line, span: entry.valueSpan },
          message: `port ${port} is already used by ${other.key} on line ${other.line + 1}`,
          help: "Comment out the plain port, or give HTTPS its own number.",
        });
      }
    }
    return findings;
  }),
};
