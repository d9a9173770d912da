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
      "A merge marker that was left in the file (`<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`), or a section line that is not exactly `[NAME]`: without `]`, with brackets inside, or followed by text or a comment. Also `[STPD_Server]` directly below a line that ends in `\\`, a value with an unclosed quote, and a line that ends in CR only (old Mac): some parsers read the text after them as a continuation.",
    fix: "Keep the intended side of the merge and remove the markers. Write the section name on a line of its own, and comments on separate lines.",
    rationale:
      "INI parsers disagree most here: some reject the whole file, others assign the keys below to a different section. What STPD reads cannot be verified, so the verdict is `unknown`, and nothing in the file is fixed automatically until the line is corrected. This rule cannot be suppressed.",
    source:
      "A safeguard of this tool. Python's configparser and iniparser reject such files; inih and configparser accept a comment after a section.",
  },
  check: ofFile(({ document, broken }) =>
    broken.map((line) => {
      const content = document.lines[line];
      const raw = content?.raw.trimEnd() ?? "";
      const start = raw.length - raw.trimStart().length;
      const place = { line, span: [start, raw.length] as const };
      if (lineEnding(content?.raw ?? "") === "\r") {
        const message =
          "this line ends in CR only, which not every INI parser accepts as a line ending";
        return { place, message, help: "Save the file with LF or CRLF line endings." };
      }
      if (content?.kind === "entry" && !isMergeMarker(content.raw)) {
        const message = "unclosed quote, so what STPD reads below it cannot be verified";
        return { place, message, help: "Close the quote on the same line." };
      }
      if (content?.kind !== "section") {
        const message = "leftover merge marker, so what STPD reads cannot be verified";
        const help = "Keep one side of the merge and remove the marker lines.";
        return { place, message, help };
      }
      if (content.isWhole) {
        const message = "the line above ends in \\, so STPD may not see this section";
        return { place, message, help: `Put an empty line below line ${line}.` };
      }
      const name = content.name.replaceAll(/[[\]]/g, "").trim();
      return {
        place,
        message: "malformed section line, so what STPD reads below it cannot be verified",
        help:
          name === ""
            ? "Write the section name between the brackets, or remove the line."
            : `Write [${name}] and nothing else on this line.`,
      };
    }),
  ),
};
