import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const hostFileDrift: Rule = {
  id: "host-file-drift",
  title: "The file on a host is that of the config repo",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found by `verify` alone, where it runs on the host itself: its stpd.ini cannot be read, or is not byte for byte that of the config repo. With `--expect-phase open` it may differ in the lines of the plain ports.",
    fix: "See which is right. Roll the config repo's file out again, or bring what was changed on the host into the config repo by a pull request.",
    rationale:
      "A change by hand, an update or a disaster recovery can bring an old file back; then what was reviewed is not what runs.",
    source: "SEP, Configuration Files: restoring STPD's settings in disaster recovery is optional.",
  },
};
