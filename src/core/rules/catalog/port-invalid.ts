import { explainPort } from "../../fleet/spelling.ts";
import {
  plainNumber,
  portKeys,
  portOf,
  readPort,
  serverSection,
  type StpdEntry,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import { writeLine } from "./key-spelling.ts";
import { showCommented } from "./open-port.ts";
import { ofFile, type Rule, type RuleFinding } from "../rule.ts";

export const portInvalid: Rule = {
  id: "port-invalid",
  title: "Every port is a number from 1 to 65535",
  severity: "error",
  explanation: {
    triggers:
      "The value of a port key is not a decimal number from 1 to 65535: empty, 0, text, a sign, a leading zero, a comment behind the number. For `STPD_HTTPS_PORT` quotes count too: SEP writes ports without them, and a reader that keeps them sees no number.",
    fix: "Write only the number, or comment the line out where the port shall be closed. The fix takes quotes and invisible characters off the HTTPS port, and comments a plain port out.",
    rationale:
      "What STPD does with such a value is not documented: it may fall back to a default, or not start. A comment behind a value is not documented either, and only the priority string is shown in quotes. An HTTPS port that may not be read is not a certain way in.",
    source: "RFC 6335, section 6 (port numbers); SEP's sample shows plain numbers.",
  },
  check: ofFile((file) =>
    portKeys.flatMap((key) => {
      const isHttps = key === "STPD_HTTPS_PORT";
      const entries = file.serverEntries.get(key) ?? [];
      // HTTPS in another spelling is key-spelling's, value and all.
      return entries
        .filter(({ causes }) => !isHttps || causes.length === 0)
        .filter((entry) =>
          isHttps ? portOf(entry) === undefined : plainNumber(entry) === undefined,
        )
        .map((entry) => (isHttps ? describeHttps(entry) : describePlain(file, entry)));
    }),
  ),
};

function describeHttps(entry: StpdEntry): RuleFinding {
  const { line, known } = entry;
  const text = writeLine(entry);
  if (text === undefined) {
    const help = "Write only the number of the HTTPS port, by default 11443.";
    return { ...describeValue(entry), help };
  }
  const edit = { op: "rewrite", line, text } as const;
  const key = { section: serverSection, key: known ?? "" };
  return { ...describeValue(entry), help: `Write ${text}`, fix: { kind: "edit", edit, key } };
}

function describePlain(file: StpdFile, entry: StpdEntry): RuleFinding {
  const { line, key, known } = entry;
  const edit = { op: "commentOut", line } as const;
  const named = { section: serverSection, key };
  const closes = known === "STPD_PORT" ? "STPD_PORT" : "STPD_HTTP_PORT";
  return {
    ...describeValue(entry),
    help: `Comment the line out: ${showCommented(file, line)}`,
    fix: { kind: "edit", edit, key: named, closes },
  };
}

function describeValue(entry: StpdEntry): Pick<RuleFinding, "place" | "message"> {
  const { line, key, keySpan, value, valueSpan, isQuoted } = entry;
  if (value === "") return { place: { line, span: keySpan }, message: `${key} has no value` };
  const place = { line, span: valueSpan };
  const { digits, cause = "" } = explainPort(isQuoted ? `"${value}"` : value) ?? {};
  if (digits !== undefined && readPort(digits) !== undefined) {
    return { place, message: `${key} is ${digits} but for ${cause}, so STPD may see no number` };
  }
  const isNumber = digits !== undefined || cause === "";
  const why = isNumber ? "expected a number from 1 to 65535" : `there is ${cause}`;
  return { place, message: `${key} is not a port: ${why}` };
}
