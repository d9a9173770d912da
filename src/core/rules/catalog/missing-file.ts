import type { Rule } from "../rule.ts";

export const missingFile: Rule = {
  id: "missing-file",
  title: "Every host directory has an stpd.ini",
  severity: "error",
  explanation: {
    triggers:
      "A directory has a host.ini, globals.ini or interfaces.json, but no stpd.ini. As a warning: a directory without host files that the last `*` of an `include` pattern matches, or that is next to hosts and has another `.ini` file; and an `include` pattern that matches no stpd.ini.",
    fix: "Copy `<sesam_var>/ini/stpd.ini` from the host to the directory, or remove the directory if the host is gone. If it never was a host, exclude it from `include`.",
    rationale:
      "A host that is not in the config repo is neither checked nor hardened, but looks as if it were.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0): the file is edited on the Server and on each RDS.",
  },
  check: ({ stpd, facts, globals, interfaces, misnamed = [] }) => {
    // A misnamed stpd.ini is reported by misnamed-file.
    if (stpd.kind !== "missing" || misnamed.length > 0) return [];
    const isHost = [facts, globals, interfaces].some((file) => file !== undefined);
    return [
      {
        ...(isHost ? {} : { severity: "warning" as const }),
        message: "this host has no stpd.ini, so nothing was checked",
        help: "Copy <sesam_var>/ini/stpd.ini from the host to this directory.",
      },
    ];
  },
};
