import { findFact } from "../../fleet/facts.ts";
import { readRelease } from "../../base/release.ts";
import type { Rule } from "../rule.ts";

export const versionUnreadable: Rule = {
  id: "version-unreadable",
  title: "The version of every host is valid",
  severity: "error",
  explanation: {
    triggers:
      "`version` in host.ini is neither a number (`5.1.0.14`, `5.1.0.14 SP1`) nor the name of a release (`Jaglion V2`), or number and name contradict each other.",
    fix: "Write the version as SEP sesam shows it, or remove the key if the version is not known.",
    rationale:
      "Whether HTTP and FTP can be disabled depends on the version. Until it is valid, the plain ports of this host stay open, and no fix for it counts as safe.",
    source: "SEP, release notes (SCA Book).",
  },
  check: ({ facts }) => {
    const version = findFact(facts, "version");
    if (version === undefined || readRelease(version.value) !== undefined) return [];
    return [
      {
        file: "host.ini",
        place: version.place,
        message: `invalid version '${version.value}'`,
        help: "Write it like 5.1.0.14, 5.1.0.14 SP1 or Apollon V2.",
      },
    ];
  },
};
