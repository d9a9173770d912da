import { findFact } from "../../fleet/facts.ts";
import { needsPlainPorts } from "../../base/release.ts";
import type { Rule } from "../rule.ts";

export const versionTooOld: Rule = {
  id: "version-too-old",
  title: "The host runs SEP sesam 5.1.0 or newer",
  severity: "error",
  explanation: {
    triggers:
      "`version` in host.ini is below 5.1.0, or names an older release: Tigon, Beefalo, Jaglion.",
    fix: "Update SEP sesam, first on the Server and then on this host, and correct the fact.",
    rationale:
      "Before 5.1.0, the HTTP and FTP interfaces cannot be disabled. Regardless of the level of this rule, no fix for such a host counts as safe, no rollout includes it, and it is never `hardened`.",
    source: "SEP, Securing SEP sesam network traffic (5.2.0).",
  },
  check: ({ facts }) => {
    const version = findFact(facts, "version");
    if (version === undefined || needsPlainPorts(version.value) !== true) return [];
    return [
      {
        file: "host.ini",
        place: version.place,
        message: `SEP sesam ${version.value} cannot run with HTTP and FTP disabled; 5.1.0 or newer is required`,
        help: "Update SEP sesam on this host, then correct the version.",
      },
    ];
  },
};
