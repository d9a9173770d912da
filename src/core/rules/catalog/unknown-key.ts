import { serverKeys, type StpdEntry } from "../../fleet/stpd-file.ts";
import { findNearest } from "../../base/nearest.ts";
import { ofFile, type Rule } from "../rule.ts";

export const unknownKey: Rule = {
  id: "unknown-key",
  title: "Every key of STPD is one that is documented",
  severity: "notice",
  explanation: {
    triggers:
      "A key in `[STPD_Server]` that SEP's pages do not name, or a key that starts with `STPD_` in another section. A documented key in another spelling is key-spelling's, or counts as an open port.",
    fix: "Correct the spelling if it is a typing error. If STPD knows the key, leave it: nothing is ever removed for being unknown.",
    rationale:
      "`STPD_HTTPS_PRIORTY_STRING` is no error for STPD, it is nothing: the setting does not exist, and the file looks as if it did.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), which names four keys; there may be more.",
  },
  check: ofFile(({ entries }) =>
    entries
      .filter((entry) => isUnknown(entry))
      .map(({ line, key, keySpan, section }) => ({
        place: { line, span: keySpan },
        message: `SEP does not document ${key} ${section === "" ? "before the first section" : `in [${section}]`}`,
        help: advise(key),
      })),
  ),
};

function isUnknown({ known, inServer, key }: StpdEntry): boolean {
  if (known !== undefined) return false;
  return inServer !== "no" || key.toUpperCase().startsWith("STPD_");
}

function advise(key: string): string {
  const nearest = findNearest(key, serverKeys);
  if (nearest === "STPD_PORT" || nearest === "STPD_HTTP_PORT") {
    return `If ${nearest} is meant, comment the line out: it is to be closed.`;
  }
  return nearest === undefined
    ? "Leave it if STPD knows it; nothing is removed for being unknown."
    : `Did you mean ${nearest}?`;
}
