import { explainPriority } from "../../fleet/spelling.ts";
import type { StpdEntry } from "../../fleet/stpd-file.ts";
import { nameDialects } from "../../gnutls/dialects.ts";
import type { PriorityError } from "../../gnutls/read-elements.ts";
import { splitElements } from "../../gnutls/elements.ts";
import { ofFile, type Rule } from "../rule.ts";
import type { Place } from "../../formats/ini/document.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";

export const tlsPriorityInvalid: Rule = {
  id: "tls-priority-invalid",
  title: "The priority string is valid in every allowed GnuTLS release",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A GnuTLS release that the host may run rejects the string: an unknown word, a wrong separator, an empty element, quotes inside, or no algorithms left to negotiate. `@KEYWORD` is reported too, because a file on the host defines it; it is replaced only with `--unsafe`. The finding names the releases.",
    fix: "Correct the marked element, or use SEP's string. `sesam-harden priority STRING` shows how each release reads it.",
    rationale:
      "One wrong word makes the whole string invalid, and a server based on libmicrohttpd then does not open its HTTPS port at all. This rule cannot be suppressed.",
    source:
      "GnuTLS manual, Priority strings; behaviour measured with GnuTLS 3.6.13 to 3.8.13 and libmicrohttpd 0.9.75.",
  },
  check: ofFile((file) =>
    file.priorityLines.flatMap(({ entry, readings }) => {
      const failed = readings.find(({ evaluation }) => !evaluation.ok);
      const error = failed?.evaluation.error;
      if (!error) return [];
      const fault = explainPriority(entry.isQuoted ? "" : entry.value);
      if (fault !== undefined) {
        return [
          {
            place: { line: entry.line, span: entry.valueSpan },
            message: `${fault}, so HTTPS may not start`,
            help: "Write only the string, in double quotes, on one line.",
            fix: { kind: "priority", line: entry.line, fault: "invalid" },
          },
        ];
      }
      const dialects = dialectsWhere(readings, ({ evaluation }) => !evaluation.ok);
      return [
        {
          place: placeOf(entry, error),
          message: `the priority string is invalid in ${nameDialects(dialects)} (${describe(entry.value, error)}), so HTTPS may not start`,
          help: /^\s*@/.test(entry.value)
            ? "Use SEP's string, or another one without @: in blocklist mode, the host's GnuTLS configuration can only remove algorithms from it."
            : "Correct the marked element, or use SEP's string.",
          fix: { kind: "priority", line: entry.line, fault: "invalid" },
        },
      ];
    }),
  ),
};

function elementAt(value: string, { trueOffset }: PriorityError): string {
  return splitElements(value).find((element) => element.trueOffset === trueOffset)?.text ?? "";
}

function placeOf({ line, value, valueSpan }: StpdEntry, error: PriorityError): Place {
  const element = error.kind === "syntax" ? elementAt(value, error) : "";
  const start = valueSpan[0] + (element === "" ? 0 : error.trueOffset);
  return { line, span: [start, element === "" ? valueSpan[1] : start + element.length] };
}

function describe(value: string, error: PriorityError): string {
  if (error.kind === "no-priorities") {
    return "no algorithms are left to negotiate";
  }
  const element = elementAt(value, error);
  if (element === "") return "empty element";
  return element.startsWith("@")
    ? `${element} is defined in a file on the host`
    : `unknown element '${element}'`;
}
