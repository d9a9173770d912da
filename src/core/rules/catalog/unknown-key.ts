import { serverKeys, type StpdEntry } from "../../fleet/stpd-file.ts";
import { findNearest } from "../../base/nearest.ts";
import { ofFile, type Rule } from "../rule.ts";

export const unknownKey: Rule = {
  id: "unknown-key",
  title: "Every STPD key is documented",
  severity: "notice",
  explanation: {
    triggers:
      "A key in `[STPD_Server]` that SEP does not document, or a key in another section that starts with `STPD_`. A documented key in another spelling is reported by key-spelling, or as an open port.",
    fix: "Correct the spelling if it is a typo. If STPD knows the key, leave it: unknown keys are never removed.",
    rationale:
      "A typo such as `STPD_HTTPS_PRIORTY_STRING` causes no error in STPD: the setting has no effect, but the file looks as if it did.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), which documents four keys; there may be more.",
  },
  check: ofFile(({ entries }) =>
    entries
      .filter((entry) => isUnknown(entry))
      .map(({ line, key, keySpan, section }) => ({
        place: { line, span: keySpan },
        message: `SEP does not document ${key} ${section === "" ? "before the first section" : `in [${section}]`}`,
        // Only findings that are listed need it, and a file may have thousands of such keys.
        get help() {
          return advise(key);
        },
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
    return `If you meant ${nearest}, comment the line out: that port should be closed.`;
  }
  return nearest === undefined
    ? "If STPD knows the key, leave it; unknown keys are never removed."
    : `Did you mean ${nearest}?`;
}
