import { findOpenPort } from "./open-port.ts";
import type { Rule } from "../rule.ts";

export const ftpPortOpen: Rule = {
  id: "ftp-port-open",
  title: "The FTP port is closed",
  severity: "error",
  explanation: {
    triggers: "`STPD_PORT` is set in `[STPD_Server]`. Every duplicate counts.",
    fix: "Comment the line out: `# STPD_PORT=11001`. Before you close the port on the host, verify that HTTPS works there, and set `gv_conf_use_com_stpd_kill` to `https`: until then, aborting a transfer uses FTP.",
    rationale:
      "FTP transfers backup data and commands unencrypted, and its data connections need a range of further ports.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports.",
  },
  check: findOpenPort("STPD_PORT", "FTP"),
};
