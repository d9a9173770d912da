import type { Rule } from "../rule.ts";

/** Found by fleet/disagreement.ts, where all hosts are known. */
export const fleetDisagreement: Rule = {
  id: "fleet-disagreement",
  title: "The hosts of an environment are set alike",
  severity: "warning",
  explanation: {
    triggers:
      "Hosts of the same environment (`environment` in host.ini; hosts without one are one group) differ in which ports are open, or in what their priority strings enable. One finding an environment, at the first host that differs from most.",
    fix: "Bring the hosts that are named to what the others have, or give them an environment of their own.",
    rationale:
      "The procedure is for the Server and each RDS: data flows between them, and one host that was left out keeps the old door open for all.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS.",
  },
};
