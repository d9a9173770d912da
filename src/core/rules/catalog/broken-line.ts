import { isMergeMarker } from "../../fleet/stpd-lines.ts";
import { lineEnding } from "../../formats/ini/document.ts";
import { ofFile, type Rule } from "../rule.ts";

export const brokenLine: Rule = {
  id: "broken-line",
  title: "No line breaks the structure of stpd.ini",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A merge marker that was left in the file (`<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`), or a section line that is not `[NAME]` and nothing else: without its `]`, with brackets inside, or with anything behind it, a comment too. Also `[STPD_Server]` below a comment that ends in `\\`, a value whose quote is not closed, and a line that ends in a CR alone, as on old Macs: some readers take what follows for a part of it.",
    fix: "Decide which side of the merge is meant and remove the markers; write the section and nothing else on its line, and a comment on a line of its own.",
    rationale:
      "Readers of INI files differ most here: some stop and read nothing of the file, others take the keys below for keys of another section. What STPD reads cannot be verified, so the verdict is `unknown`, and no fix is made in the file until the line is right. This rule cannot be suppressed.",
    source:
      "A safeguard of this tool. Python's configparser and iniparser refuse such files; inih and configparser read a section with a comment behind it.",
  },
  check: ofFile(({ document, broken }) =>
    broken.map((line) => {
      const content = document.lines[line];
      const raw = content?.raw.trimEnd() ?? "";
      const start = raw.length - raw.trimStart().length;
      const place = { line, span: [start, raw.length] as const };
      if (lineEnding(content?.raw ?? "") === "\r") {
        const message = "this line ends in a CR alone, where not every reader ends a line";
        return { place, message, help: "Save the file with LF or CRLF at the ends of its lines." };
      }
      if (content?.kind === "entry" && !isMergeMarker(content.raw)) {
        const message = "this quote is not closed, so what STPD reads below it cannot be verified";
        return { place, message, help: "Close the quote on the same line." };
      }
      if (content?.kind !== "section") {
        const message = "a merge marker is left here, so what STPD reads cannot be verified";
        const help = "Keep one side of the merge, and remove the lines with the markers.";
        return { place, message, help };
      }
      if (content.isWhole) {
        const message =
          "the comment above ends in \\, so whether this section begins cannot be verified";
        return { place, message, help: `Remove the \\ from the end of line ${line}.` };
      }
      const name = content.name.replaceAll(/[[\]]/g, "").trim();
      return {
        place,
        message: `this section line is broken, so what STPD reads below it cannot be verified`,
        help:
          name === ""
            ? "Write the name of the section between the brackets, or remove the line."
            : `Write [${name}] and nothing else on this line.`,
      };
    }),
  ),
};
