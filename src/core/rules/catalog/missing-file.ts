import type { Rule } from "../rule.ts";

export const missingFile: Rule = {
  id: "missing-file",
  title: "Every host folder has its stpd.ini",
  severity: "error",
  explanation: {
    triggers:
      "A directory with a host.ini, globals.ini or interfaces.json, and without an stpd.ini. As a warning: a directory that the last `*` of an `include` pattern matches, or one next to hosts with another `.ini` file in it, and nothing of a host in either; and, at `include`, a pattern that matches no stpd.ini.",
    fix: "Copy `<sesam_var>/ini/stpd.ini` of the host into the directory, or remove the directory if the host is gone. If it never was one, let `include` leave it out.",
    rationale:
      "A host that is not in the fleet's files is neither checked nor hardened, and looks as if it were.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0): the file is edited on the Server and on each RDS.",
  },
  check: ({ stpd, facts, globals, interfaces, misnamed = [] }) => {
    // A file under another name has a finding of its own.
    if (stpd.kind !== "missing" || misnamed.length > 0) return [];
    const isHost = [facts, globals, interfaces].some((file) => file !== undefined);
    return [
      {
        ...(isHost ? {} : { severity: "warning" as const }),
        message: "this host has no stpd.ini, so nothing was checked",
        help: "Copy <sesam_var>/ini/stpd.ini of the host into its directory.",
      },
    ];
  },
};
