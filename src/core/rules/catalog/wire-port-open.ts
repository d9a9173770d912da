import type { Rule } from "../rule.ts";

/** Found by verify, which asks the host. */
export const wirePortOpen: Rule = {
  id: "wire-port-open",
  title: "A port that the file closes is closed",
  severity: "error",
  suppressible: false,
  foundBy: "verify",
  explanation: {
    triggers:
      "Found only by `verify`: a plain port takes connections, though the file that is in place (the host's own, where it is known, else that of the config repo) has it commented out. With `--expect-phase open` plain ports may be open.",
    fix: "Fix what `check` finds in the file first. Then roll the file out, or restart STPD if the file is on the host already; STPD reads it when it starts. If the port stays open, see which process listens on it.",
    rationale:
      "A file says what shall be; backups go over what is. STPD may not have been restarted, or something else listens.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the port is closed after a restart.",
  },
};
