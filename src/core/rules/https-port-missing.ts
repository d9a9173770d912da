import { commentedEntries, entriesOf, type StpdFile } from "../fleet/stpd-file.ts";
import type { IniEdit } from "../ini/edit.ts";
import { ofFile, type Rule } from "./rule.ts";

const key = "STPD_HTTPS_PORT";
/** SEP, Disabling unsecure transport modes (5.1.0). */
const defaultLine = "STPD_HTTPS_PORT=11443";

export const httpsPortMissing: Rule = {
  id: "https-port-missing",
  title: "The HTTPS port is open",
  severity: "error",
  lasting: true,
  explanation: {
    triggers: "`STPD_HTTPS_PORT` is not set in `[STPD_Server]`, or it is commented out.",
    fix: "Add `STPD_HTTPS_PORT=11443`, or take the comment mark from the line that is there.",
    rationale:
      "Without HTTPS the host has no data port that may stay open: closing HTTP and FTP would lock every backup out. Whether STPD has a built-in default is not documented. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: ofFile((file) => {
    if (entriesOf(file, key).length > 0) return [];
    const [commented] = commentedEntries(file, key);
    return [
      {
        message: `${key} is not set, so no port with TLS is sure to be open`,
        help:
          commented === undefined
            ? `Add ${defaultLine} below [STPD_Server].`
            : `Take the # from line ${commented + 1}.`,
        edits: openHttps(file, commented),
      },
    ];
  }),
};

function openHttps({ sectionLine }: StpdFile, commented: number | undefined): readonly IniEdit[] {
  if (commented !== undefined) return [{ op: "uncomment", line: commented }];
  return sectionLine === undefined
    ? []
    : [{ op: "insertAfter", line: sectionLine, text: defaultLine }];
}
