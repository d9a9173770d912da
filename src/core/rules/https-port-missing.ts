import { commentedInServer, entriesOf, serverSection, type StpdFile } from "../fleet/stpd-file.ts";
import { ofFile, type Rule, type RuleFinding } from "./rule.ts";

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
    const [commented] = commentedInServer(file, key);
    return [
      {
        message: `${key} is not set, so no port with TLS is sure to be open`,
        help:
          commented === undefined
            ? `Add ${defaultLine} below [STPD_Server].`
            : `Take the # from line ${commented + 1}.`,
        ...openHttps(file, commented),
      },
    ];
  }),
};

function openHttps(
  { sectionLine, entries }: StpdFile,
  commented: number | undefined,
): Pick<RuleFinding, "mend"> {
  // Set somewhere else, STPD may read it or not: which number HTTPS has is not sure.
  if (entries.some((entry) => entry.key === key)) return {};
  const named = { section: serverSection, key };
  if (commented !== undefined) {
    const edit = { op: "uncomment", line: commented } as const;
    return { mend: { kind: "edit", edit, key: named } };
  }
  if (sectionLine === undefined) return {};
  const edit = { op: "insertAfter", line: sectionLine, text: defaultLine } as const;
  return { mend: { kind: "edit", edit, key: named } };
}
