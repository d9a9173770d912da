import type { Rule } from "../rule.ts";

export const encoding: Rule = {
  id: "encoding",
  title: "Every stpd.ini is ASCII, UTF-8 or latin1 text",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "The file starts with a UTF-16 byte order mark, or contains a NUL byte. latin1 and a UTF-8 byte order mark are fine.",
    fix: "Save the file as UTF-8 or ASCII. In Notepad on Windows, use Save as, Encoding.",
    rationale:
      "SEP does not document how STPD reads such a file. Most parsers stop at the first NUL and would see no settings. No other rule checks the file.",
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
            ? "this file contains a NUL byte, so STPD may not read its settings"
            : "this file is UTF-16, so STPD may not read its settings",
        identity:
          cause === "NUL"
            ? "this file holds a NUL byte, so it is not text that STPD can be trusted to read"
            : "this file is UTF-16, which STPD can't be trusted to read",
        help: "Save the file as UTF-8 or ASCII.",
      },
    ];
  },
};
