import { entriesOf, portKeys, readPort } from "../fleet/stpd-file.ts";
import { ofFile, type Rule } from "./rule.ts";

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
      })),
  ),
};
