import { serverKeys, serverSection } from "../fleet/stpd-file.ts";
import { ofFile, type Rule } from "./rule.ts";

export const misplacedKey: Rule = {
  id: "misplaced-key",
  title: "STPD's keys stand in [STPD_Server]",
  severity: "error",
  explanation: {
    triggers:
      "One of the four known keys before the first section, or in a section other than `[STPD_Server]`. The name must be written exactly so: `[STPD Server]` and `[stpd_server]` are other sections.",
    fix: "Move the line below `[STPD_Server]`, or mend the name of the section.",
    rationale:
      "STPD may not see the key at all: a priority string in the wrong section leaves TLS 1.0 and 1.1 on, and nobody notices.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the sample text of the file.",
  },
  check: ofFile(({ entries }) =>
    entries
      .filter(({ section, key }) => section !== serverSection && serverKeys.includes(key))
      .map(({ line, section, key, keySpan }) => ({
        place: { line, span: keySpan },
        message:
          section === ""
            ? `${key} stands before the first section, where STPD may not see it`
            : `${key} stands in [${section}], where STPD may not see it`,
        help: `Move the line below [${serverSection}].`,
      })),
  ),
};
