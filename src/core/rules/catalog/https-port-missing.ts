import { readCommented } from "../../formats/ini/edit.ts";
import {
  commentedInServer,
  entriesOf,
  homeOf,
  portOf,
  readPort,
  serverSection,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import { ofFile, type Rule, type RuleFinding } from "../rule.ts";

const key = "STPD_HTTPS_PORT";
/** SEP, Disabling unsecure transport modes (5.1.0). */
const defaultLine = "STPD_HTTPS_PORT=11443";

export const httpsPortMissing: Rule = {
  id: "https-port-missing",
  title: "The HTTPS port is open",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "`STPD_HTTPS_PORT` is not set, is commented out, or is set to two different numbers. Where it stands in another section or in another spelling, misplaced-key or key-spelling says so.",
    fix: "Add `STPD_HTTPS_PORT=11443`, or take the comment mark from the line that is there. Of two numbers, keep the right one; no fix chooses it.",
    rationale:
      "Without HTTPS the host has no data port that may stay open: closing HTTP and FTP would lock every backup out. Whether STPD has a built-in default is not documented. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: ofFile((file) => {
    // Elsewhere, or spelt otherwise: which number HTTPS has is not sure, and other rules say so.
    if (file.entries.some(({ known }) => known === key)) return findSecondNumber(file);
    const commented = commentedInServer(file, key).find((line) => holdsPort(file, line));
    return [
      {
        message: `${key} is not set, so no port with TLS is sure to be open`,
        help: advise(file, commented),
        ...openHttps(file, commented),
      },
    ];
  }),
};

/** Which of two numbers STPD opens is not documented, so neither is a certain way in. */
function findSecondNumber(file: StpdFile): readonly RuleFinding[] {
  const [first, ...others] = entriesOf(file, key).filter((entry) => portOf(entry) !== undefined);
  const second = others.find(({ value }) => value !== first?.value);
  if (first === undefined || second === undefined) return [];
  return [
    {
      place: { line: second.line, span: second.valueSpan },
      message: `${key} is ${first.value} on line ${first.line + 1} and ${second.value} here, so no port with TLS is sure to be open`,
      help: "Keep the line with the right number, and comment out the others.",
    },
  ];
}

/** Without its comment mark the line opens a port: `# STPD_HTTPS_PORT=11443 is the default` does not. */
function holdsPort({ document }: StpdFile, line: number): boolean {
  const commented = document.lines[line];
  const entry = commented && readCommented(commented);
  return entry !== undefined && readPort(entry.value) !== undefined;
}

function advise({ sectionLine, sections }: StpdFile, commented: number | undefined): string {
  if (commented !== undefined) return `Take the # from line ${commented + 1}.`;
  const isThere = sectionLine !== undefined || sections.some(({ inServer }) => inServer !== "no");
  return isThere
    ? `Add ${defaultLine} below [${serverSection}].`
    : `Add the line [${serverSection}], and ${defaultLine} below it.`;
}

function openHttps(file: StpdFile, commented: number | undefined): Pick<RuleFinding, "fix"> {
  const named = { section: serverSection, key };
  if (commented !== undefined) {
    const edit = { op: "uncomment", line: commented } as const;
    return { fix: { kind: "edit", edit, key: named } };
  }
  const home = homeOf(file);
  if (home === undefined) return {};
  const edit = { op: "insertAfter", line: home, text: defaultLine } as const;
  return { fix: { kind: "edit", edit, key: named } };
}
