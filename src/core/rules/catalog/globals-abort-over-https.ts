import { findGlobalSetting } from "./global-setting.ts";
import type { Rule } from "../rule.ts";

export const globalsAbortOverHttps: Rule = {
  id: "globals-abort-over-https",
  title: "Active transfers are aborted over HTTPS",
  severity: "error",
  explanation: {
    triggers:
      "`gv_conf_use_com_stpd_kill` in `[sesam]` of globals.ini is not `https`, or a Server (`role = server` in host.ini) has no globals.ini.",
    fix: "Set `gv_conf_use_com_stpd_kill = https` in `[sesam]` of globals.ini. On the Server itself, run `sm_glbv w gv_conf_use_com_stpd_kill https` or use System Settings in the Web UI.",
    rationale:
      "By default, SEP sesam aborts a transfer over FTP. Once port 11001 is closed, transfers can no longer be aborted, so change this setting before you close the port.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS as default when aborting active data transfer.",
  },
  check: findGlobalSetting(
    "gv_conf_use_com_stpd_kill",
    "aborting a transfer uses FTP and fails once FTP is closed",
  ),
};
