import { whyNoHttps } from "../../fleet/obstacles.ts";
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
      "`STPD_HTTPS_PORT` is not set, is commented out, or is set to two different numbers. In another section it is reported by misplaced-key, in another spelling by key-spelling.",
    fix: "Add `STPD_HTTPS_PORT=11443`, or uncomment the existing line. If two numbers are set, keep the right one; no automatic fix chooses it.",
    rationale:
      "HTTPS is the only data port that may stay open. Without it, closing HTTP and FTP would lock every backup out. SEP does not document whether STPD has a built-in default. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: ofFile((file, folder) => {
    // A line in another section or spelling is reported by other rules.
    if (file.entries.some(({ known }) => known === key)) return findSecondNumber(file);
    const commented = commentedInServer(file, key).find((line) => holdsPort(file, line));
    const obstacle = whyNoHttps(folder);
    return [
      {
        message: `${key} is ${commented === undefined ? "not set" : "commented out"}, so HTTPS is probably off`,
        help: obstacle === undefined ? advise(file, commented) : `Leave it for now: ${obstacle}.`,
        ...openHttps(file, commented),
      },
    ];
  }),
};

/** SEP does not document which of two numbers STPD opens, so neither can be relied on. */
function findSecondNumber(file: StpdFile): readonly RuleFinding[] {
  const [first, ...others] = entriesOf(file, key).filter((entry) => portOf(entry) !== undefined);
  const second = others.find(({ value }) => value !== first?.value);
  if (first === undefined || second === undefined) return [];
  return [
    {
      place: { line: second.line, span: second.valueSpan },
      message: `${key} is ${first.value} on line ${first.line + 1} but ${second.value} here; SEP does not document which one STPD opens`,
      help: "Keep the line with the right number and comment out the others.",
    },
  ];
}

/** True if uncommenting the line sets a port; false for `# STPD_HTTPS_PORT=11443 is the default`. */
function holdsPort({ document }: StpdFile, line: number): boolean {
  const commented = document.lines[line];
  const entry = commented && readCommented(commented);
  return entry !== undefined && readPort(entry.value) !== undefined;
}

function advise({ sectionLine, sections }: StpdFile, commented: number | undefined): string {
  if (commented !== undefined) return `Uncomment line ${commented + 1}.`;
  const isThere = sectionLine !== undefined || sections.some(({ inServer }) => inServer !== "no");
  return isThere
    ? `Add ${defaultLine} to [${serverSection}].`
    : `Add the section [${serverSection}] with ${defaultLine}.`;
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
