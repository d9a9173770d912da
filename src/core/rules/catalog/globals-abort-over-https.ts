import { findGlobalSetting } from "./global-setting.ts";
import type { Rule } from "../rule.ts";

export const globalsAbortOverHttps: Rule = {
  id: "globals-abort-over-https",
  title: "Active transfers are aborted over HTTPS",
  severity: "error",
  explanation: {
    triggers:
      "A globals.ini in which `gv_conf_use_com_stpd_kill` in `[sesam]` is not `https`, or a Server (`role = server` in host.ini) without a globals.ini.",
    fix: "Write `gv_conf_use_com_stpd_kill = https` below `[sesam]` in globals.ini. On the Server itself: `sm_glbv w gv_conf_use_com_stpd_kill https`, or System Settings in the Web UI.",
    rationale:
      "SEP sesam aborts a transfer over FTP by default; once port 11001 is closed, nothing can be aborted any more. So it comes before the port.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS as default when aborting active data transfer.",
  },
  check: findGlobalSetting(
    "gv_conf_use_com_stpd_kill",
    "aborting a transfer goes over FTP, and stops working with it",
  ),
};
