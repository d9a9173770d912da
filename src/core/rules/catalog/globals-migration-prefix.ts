import { findGlobalSetting } from "./global-setting.ts";
import type { Rule } from "../rule.ts";

export const globalsMigrationPrefix: Rule = {
  id: "globals-migration-prefix",
  title: "Migrations use HTTPS at the source",
  severity: "error",
  explanation: {
    triggers:
      "`gv_default_interface_prefix` in `[sesam]` of globals.ini is not `https`, or a Server (`role = server` in host.ini) has no globals.ini.",
    fix: "Set `gv_default_interface_prefix = https` in `[sesam]` of globals.ini. On the Server itself, run `sm_glbv w gv_default_interface_prefix https` or use System Settings in the Web UI.",
    rationale:
      "Until this is set, migrations keep their old prefix. They fail once the plain ports are closed.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS interfaces for migrations.",
  },
  check: findGlobalSetting("gv_default_interface_prefix", "migrations keep using HTTP or FTP"),
};
