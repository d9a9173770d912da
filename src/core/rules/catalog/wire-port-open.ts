import type { Rule } from "../rule.ts";

/** Found by verify. */
export const wirePortOpen: Rule = {
  id: "wire-port-open",
  title: "Ports that the file closes are closed on the host",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: a plain port accepts connections, although the file in use has it commented out. The file in use is the host's own, if known, else that of the config repo. With `--expect-phase open`, plain ports may be open.",
    fix: "Fix what `check` finds in the file first. Then roll the file out. If it is on the host already, restart STPD, which reads it at startup. If the port stays open, find out which process listens on it.",
    rationale:
      "The file describes the desired state, but backups depend on the actual state. STPD may not have been restarted, or another process may listen on the port.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the port is closed after a restart.",
  },
};
