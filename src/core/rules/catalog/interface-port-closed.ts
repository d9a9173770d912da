import type { Rule } from "../rule.ts";

/** Found by check-inventories.ts, where all hosts are known. */
export const interfacePortClosed: Rule = {
  id: "interface-port-closed",
  title: "Every https interface names a port that its host opens",
  severity: "error",
  explanation: {
    triggers:
      "interfaces.json has an `https://` interface with a port, offered by a client or used by a task or event, and the stpd.ini of the host that it names opens HTTPS on another port or not at all.",
    fix: "Correct the port in the client's properties and in the task or event, and export interfaces.json again; or set STPD_HTTPS_PORT of that host to it.",
    rationale:
      "Whatever uses the interface fails, and falls back to HTTP or FTP only as long as these are open.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Overview; SEP, List of ports (5.1.0).",
  },
};
