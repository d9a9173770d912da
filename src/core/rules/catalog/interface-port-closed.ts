import type { Rule } from "../rule.ts";

/** Found by check/check-inventories.ts, which compares all hosts. */
export const interfacePortClosed: Rule = {
  id: "interface-port-closed",
  title: "Every HTTPS interface uses a port that its host opens",
  severity: "error",
  explanation: {
    triggers:
      "An `https://` interface in interfaces.json, offered by a client or used by a task or event, has a port, and the stpd.ini of its host opens HTTPS on another port or not at all.",
    fix: "Correct the port in the client's properties and in the task or event, and export interfaces.json again. Or set `STPD_HTTPS_PORT` of that host to this port.",
    rationale:
      "Jobs that use the interface fail, or fall back to HTTP or FTP as long as these are open.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Overview; SEP, List of ports (5.1.0).",
  },
};
