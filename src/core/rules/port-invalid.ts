import { entriesOf, portKeys, readPort, serverSection } from "../fleet/stpd-file.ts";
import { ofFile, type Rule, type RuleFinding } from "./rule.ts";

export const portInvalid: Rule = {
  id: "port-invalid",
  title: "Every port is a number from 1 to 65535",
  severity: "error",
  explanation: {
    triggers:
      "The value of a port key is no decimal number from 1 to 65535: empty, text, a sign, a leading zero, a comment behind the number.",
    fix: "Write the number alone, or comment the line out where the port shall be closed.",
    rationale:
      "What STPD does with such a value is not documented: it may fall back to a default, or not start. A comment behind a value is not documented either.",
    source: "RFC 6335, section 6 (port numbers); SEP's sample shows plain numbers.",
  },
  check: ofFile((file) =>
    portKeys
      .flatMap((key) => entriesOf(file, key))
      .filter(({ value }) => readPort(value) === undefined)
      .map(({ line, key, keySpan, value, valueSpan }) => ({
        place: { line, span: value === "" ? keySpan : valueSpan },
        message:
          value === ""
            ? `${key} has no value`
            : `${key} is no port: expected a number from 1 to 65535`,
        help:
          key === "STPD_HTTPS_PORT"
            ? "Write the number of the HTTPS port alone, by default 11443."
            : `Comment the line out: # ${key}=${value}`,
        ...closePort(key, line),
      })),
  ),
};

function closePort(key: string, line: number): Pick<RuleFinding, "mend"> {
  // Which number HTTPS should have is for nobody here to guess.
  if (key !== "STPD_PORT" && key !== "STPD_HTTP_PORT") return {};
  const edit = { op: "commentOut", line } as const;
  return { mend: { kind: "edit", edit, key: { section: serverSection, key }, closes: key } };
}
