import { commentedInServer, homeOf, serverSection, type StpdFile } from "../fleet/stpd-file.ts";
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
    triggers:
      "`STPD_HTTPS_PORT` is not set, or it is commented out. Where it stands in another section or in another spelling, misplaced-key or key-spelling says so.",
    fix: "Add `STPD_HTTPS_PORT=11443`, or take the comment mark from the line that is there.",
    rationale:
      "Without HTTPS the host has no data port that may stay open: closing HTTP and FTP would lock every backup out. Whether STPD has a built-in default is not documented. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: ofFile((file) => {
    // Elsewhere, or spelt otherwise: which number HTTPS has is not sure, and other rules say so.
    if (file.entries.some(({ known }) => known === key)) return [];
    const [commented] = commentedInServer(file, key);
    return [
      {
        message: `${key} is not set, so no port with TLS is sure to be open`,
        help: advise(file, commented),
        ...openHttps(file, commented),
      },
    ];
  }),
};

function advise({ sectionLine, sections }: StpdFile, commented: number | undefined): string {
  if (commented !== undefined) return `Take the # from line ${commented + 1}.`;
  const isThere = sectionLine !== undefined || sections.some(({ inServer }) => inServer !== "no");
  return isThere
    ? `Add ${defaultLine} below [${serverSection}].`
    : `Add the line [${serverSection}], and ${defaultLine} below it.`;
}

function openHttps(file: StpdFile, commented: number | undefined): Pick<RuleFinding, "mend"> {
  const named = { section: serverSection, key };
  if (commented !== undefined) {
    const edit = { op: "uncomment", line: commented } as const;
    return { mend: { kind: "edit", edit, key: named } };
  }
  const home = homeOf(file);
  if (home === undefined) return {};
  const edit = { op: "insertAfter", line: home, text: defaultLine } as const;
  return { mend: { kind: "edit", edit, key: named } };
}
