import type { Rule } from "../rule.ts";

export const encoding: Rule = {
  id: "encoding",
  title: "Every stpd.ini is text in ASCII, UTF-8 or latin1",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A byte order mark of UTF-16 at the start of the file, or a NUL byte anywhere. latin1 and a byte order mark of UTF-8 are fine.",
    fix: "Save the file as UTF-8 or ASCII. On Windows, Notepad offers this under Save as, Encoding.",
    rationale:
      "Nothing is known of how STPD reads such a file; most readers stop at the first NUL and would see no setting at all. No other rule is applied to it.",
    source: "A safeguard of this tool; SEP does not document the encoding of stpd.ini.",
  },
  check: ({ stpd }) => {
    if (stpd.kind !== "garbled") return [];
    const { cause, line, column } = stpd;
    return [
      {
        place: { line, span: [column, column + (cause === "NUL" ? 1 : 2)] },
        message:
          cause === "NUL"
            ? "this file holds a NUL byte, so it is not text that STPD can be trusted to read"
            : "this file is UTF-16, which STPD can't be trusted to read",
        help: "Save the file as UTF-8 or ASCII.",
      },
    ];
  },
};
