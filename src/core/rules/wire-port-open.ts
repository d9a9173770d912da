import type { Rule } from "./rule.ts";

/** Found by verify, which asks the host. */
export const wirePortOpen: Rule = {
  id: "wire-port-open",
  title: "A port that the file closes is closed",
  severity: "error",
  lasting: true,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found by `verify` alone: a plain port takes connections, though the file that is in place (the host's own, where it is known, else that of the config repo) has it commented out. With `--expect-phase open` plain ports may be open.",
    fix: "Restart STPD, which reads its file when it starts. If the port stays open, see which process listens on it.",
    rationale:
      "A file says what shall be; backups go over what is. STPD may not have been restarted, or something else listens.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the port is closed after a restart.",
  },
};
