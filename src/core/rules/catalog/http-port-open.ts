import { findOpenPort } from "./open-port.ts";
import type { Rule } from "../rule.ts";

export const httpPortOpen: Rule = {
  id: "http-port-open",
  title: "The HTTP port is closed",
  severity: "error",
  explanation: {
    triggers: "`STPD_HTTP_PORT` is set in `[STPD_Server]`. Every duplicate counts.",
    fix: "Comment the line out: `# STPD_HTTP_PORT=11000`. Before that, on the host: HTTPS must be proven to work, and no task or event may use an `http://` interface.",
    rationale:
      "HTTP carries backup data unencrypted, and it is SEP sesam's default where nothing is set.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: findOpenPort("STPD_HTTP_PORT", "HTTP"),
};
