import type { Rule } from "../rule.ts";

/** Found by check/disagreement.ts, which compares all hosts. */
export const fleetDisagreement: Rule = {
  id: "fleet-disagreement",
  title: "Hosts of an environment have the same settings",
  severity: "warning",
  explanation: {
    triggers:
      "Hosts of the same environment (`environment` in host.ini; hosts without one form one group) differ in their open ports, or in what their priority strings enable. There is one finding per environment, at the first host that differs from the majority.",
    fix: "Change the named hosts to match the others, or move them to an environment of their own.",
    rationale:
      "The procedure applies to the Server and every RDS. Data flows between them, so one host that was left out keeps unencrypted transfers possible for all.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS.",
  },
};
