import type { Rule } from "../rule.ts";

/** Found by check-inventories.ts, where all hosts are known. */
export const hostNotInRepo: Rule = {
  id: "host-not-in-repo",
  title: "Every host that the Server knows is in the config repo",
  severity: "warning",
  explanation: {
    triggers:
      "interfaces.json lists a client with an `http://` or `https://` interface, so STPD runs on it, and neither its name nor that of such an interface is the name or `address` of a host in the config repo. Case does not matter, and a name without a domain matches one with any.",
    fix: "Add a directory for the host with its stpd.ini. If it has another name there, set `address` in its host.ini. If it is gone, delete the client in SEP sesam, and export interfaces.json again. An exception takes the name of the client, or of the Server, as `host`.",
    rationale:
      "Data flows between the Server and all RDS: a host that was left out is cut off once the others close HTTP and FTP. `plan` refuses the phase `close` until it is in the config repo, or excepted.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS.",
  },
};
