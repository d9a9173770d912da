import { findOpenPort } from "./open-port.ts";
import type { Rule } from "../rule.ts";

export const httpPortOpen: Rule = {
  id: "http-port-open",
  title: "The HTTP port is closed",
  severity: "error",
  explanation: {
    triggers: "`STPD_HTTP_PORT` is set in `[STPD_Server]`. Every duplicate counts.",
    fix: "Comment the line out: `# STPD_HTTP_PORT=11000`. Before you close the port on the host, verify that HTTPS works there, and make sure that no task or event uses an `http://` interface.",
    rationale:
      "HTTP transfers backup data unencrypted, and is SEP sesam's default if nothing is set.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: findOpenPort("STPD_HTTP_PORT", "HTTP"),
};
