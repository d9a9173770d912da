import type { Rule } from "./rule.ts";

export const missingFile: Rule = {
  id: "missing-file",
  title: "Every host folder has its stpd.ini",
  severity: "error",
  explanation: {
    triggers: "A folder with a host.ini, globals.ini or interfaces.json, and without an stpd.ini.",
    fix: "Copy `<sesam_var>/ini/stpd.ini` of the host into the folder, or remove the folder if the host is gone.",
    rationale:
      "A host that is not in the fleet's files is neither checked nor hardened, and looks as if it were.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0): the file is edited on the Server and on each RDS.",
  },
  check: ({ stpd }) =>
    stpd.kind === "missing"
      ? [
          {
            message: "this host has no stpd.ini, so nothing was checked",
            help: "Copy <sesam_var>/ini/stpd.ini of the host into its folder.",
          },
        ]
      : [],
};
