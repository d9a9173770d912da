import { homeOf, priorityKey, serverSection } from "../../fleet/stpd-file.ts";
import { recommend, vendorPriority } from "../../gnutls/verdict.ts";
import { ofFile, type Rule } from "../rule.ts";

const line = `${priorityKey}="${vendorPriority}"`;

export const tlsPriorityMissing: Rule = {
  id: "tls-priority-missing",
  title: "A priority string is set",
  severity: "error",
  explanation: {
    triggers:
      "`STPD_HTTPS_PRIORITY_STRING` is not set. In another section it is reported by misplaced-key, in another spelling by key-spelling.",
    fix: `Add the vendor's line: \`${line}\``,
    rationale:
      "Without it STPD still accepts TLS 1.1, according to SEP. GnuTLS's own default also accepts TLS 1.0.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the TLS 1.1.",
  },
  check: ofFile((file, { policy }) => {
    if (file.entries.some(({ known }) => known === priorityKey)) return [];
    const text = `${priorityKey}="${recommend(policy.profile)}"`;
    const home = homeOf(file);
    return [
      {
        message: `${priorityKey} is not set, so STPD accepts TLS 1.1 and older`,
        help: `Add ${text} to [${serverSection}].`,
        ...(home === undefined
          ? {}
          : {
              fix: {
                kind: "edit",
                edit: { op: "insertAfter", line: home, text },
                key: { section: serverSection, key: priorityKey },
              } as const,
            }),
      },
    ];
  }),
};
