import { findFact } from "../fleet/facts.ts";
import type { Rule } from "./rule.ts";

/** HTTP and FTP can be switched off from here on. */
const firstVersion = [5, 1, 0];

export const versionTooOld: Rule = {
  id: "version-too-old",
  title: "The host runs SEP sesam 5.1.0 or newer",
  severity: "error",
  explanation: {
    triggers: "`host.ini` names a `version` below 5.1.0.",
    fix: "Update SEP sesam on this host, the Server first, before its plain ports are closed; then mend the fact.",
    rationale: "Before 5.1.0 the HTTP and FTP interfaces cannot be switched off.",
    source: "SEP, Securing SEP sesam network traffic (5.2.0).",
  },
  check: ({ facts }) => {
    const version = findFact(facts, "version");
    if (version === undefined || !isOlder(version.value)) return [];
    return [
      {
        file: "host.ini",
        place: version.place,
        message: `version ${version.value} is older than 5.1.0, which cannot do without HTTP and FTP`,
        help: "Update SEP sesam before the plain ports are closed.",
      },
    ];
  },
};

function isOlder(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, first] of firstVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part < first) return true;
    if (part > first) return false;
  }
  return false;
}
