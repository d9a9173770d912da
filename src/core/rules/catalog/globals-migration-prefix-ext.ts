import { findGlobalSetting } from "./global-setting.ts";
import type { Rule } from "../rule.ts";

export const globalsMigrationPrefixExt: Rule = {
  id: "globals-migration-prefix-ext",
  title: "Migrations use HTTPS at their destination",
  severity: "error",
  explanation: {
    triggers:
      "A globals.ini in which `gv_default_interface_prefix_ext` in `[sesam]` is not `https`, or a Server (`role = server` in host.ini) without a globals.ini.",
    fix: "Write `gv_default_interface_prefix_ext = https` below `[sesam]` in globals.ini. On the Server itself: `sm_glbv w gv_default_interface_prefix_ext https`, or System Settings in the Web UI.",
    rationale:
      "Migrations keep their old prefix until this is set, and fail once the plain ports are closed.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS interfaces for migrations.",
  },
  check: findGlobalSetting("gv_default_interface_prefix_ext", "migrations go on over HTTP or FTP"),
};
