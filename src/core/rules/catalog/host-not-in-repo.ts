import type { Rule } from "../rule.ts";

/** Found by check/check-inventories.ts, which compares all hosts. */
export const hostNotInRepo: Rule = {
  id: "host-not-in-repo",
  title: "Every host that the Server knows is in the config repo",
  severity: "warning",
  explanation: {
    triggers:
      "interfaces.json lists a client with an `http://` or `https://` interface, so STPD runs on it, but neither the client's name nor the host of such an interface is the name or `address` of a host in the config repo. Case is ignored, and a name without a domain matches the same name in any domain.",
    fix: "Add a directory for the host with its stpd.ini. If the host has another name in the config repo, set `address` in its host.ini. If the host is gone, delete the client in SEP sesam and export interfaces.json again. In an exception, `host` is the name of the client or of the Server.",
    rationale:
      "Data flows between the Server and all RDS, so a host that was left out is cut off once the others close HTTP and FTP. `plan` refuses the phase `close` until the host is in the config repo or has an exception.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS.",
  },
};
