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
      "The value of a port key is not a decimal number from 1 to 65535: it is empty, 0 or text, or has a sign, a leading zero or a comment after the number. For `STPD_HTTPS_PORT`, quotes are reported too: SEP writes ports without them, and a parser that keeps them sees no number.",
    fix: "Write only the number, or comment the line out if the port should be closed. The automatic fix removes quotes and invisible characters from the HTTPS port, and comments out plain ports.",
    rationale:
      "SEP does not document what STPD does with such a value: it may use a default, or fail to start. Comments after a value are not documented either, and SEP shows only the priority string in quotes. An HTTPS port that STPD may not read cannot be relied on.",
    source: "RFC 6335, section 6 (port numbers); SEP's sample file, which shows plain numbers.",
  },
  check: ofFile((file) =>
    portKeys.flatMap((key) => {
      const isHttps = key === "STPD_HTTPS_PORT";
      const entries = file.serverEntries.get(key) ?? [];
      // key-spelling reports a misspelled HTTPS key together with its value.
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
    const help = "Write only the number of the HTTPS port (default 11443).";
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
    return { place, message: `${key} is ${digits} with ${cause}, so STPD may not see a number` };
  }
  const isNumber = digits !== undefined || cause === "";
  const why = isNumber ? "expected 1 to 65535" : `it has ${cause}`;
  return { place, message: `invalid port '${value}' for ${key} (${why})` };
}
