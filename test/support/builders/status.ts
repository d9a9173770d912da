import type { Finding, LocatedFinding } from "../../../src/core/rules/finding.ts";

/** A finding of an open HTTP port. */
export function findingOf(change: Partial<Finding> = {}): LocatedFinding {
  return {
    finding: {
      rule: "http-port-open",
      severity: "error",
      host: "a",
      file: "hosts/a/stpd.ini",
      line: 3,
      column: 1,
      endColumn: 10,
      message: "the HTTP port 11000 is open",
      help: "Comment the line out.",
      fixable: "safe",
      suppressed: null,
      ...change,
    },
    source: "STPD_HTTP_PORT=11000",
    subject: { section: "STPD_Server", key: "STPD_HTTP_PORT", value: "11000" },
  };
}
