import type { Rule } from "../rule.ts";

/** Found by verify. */
export const hostFileDrift: Rule = {
  id: "host-file-drift",
  title: "The file on the host matches the config repo",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`, when it runs on the host itself: the host's stpd.ini cannot be read, or is not byte for byte the file in the config repo. With `--expect-phase open`, the lines of the plain ports may differ.",
    fix: "Find out which file is right. Roll out the config repo's file again, or add the host's change to the config repo in a pull request.",
    rationale:
      "A manual change, an update or a disaster recovery can restore an old file. The host then no longer runs what was reviewed.",
    source: "SEP, Configuration Files: restoring STPD's settings in disaster recovery is optional.",
  },
};
