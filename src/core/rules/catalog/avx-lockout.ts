import { findFact } from "../../fleet/facts.ts";
import { lacksHttps } from "../../fleet/host-folder.ts";
import type { Rule } from "../rule.ts";

export const avxLockout: Rule = {
  id: "avx-lockout",
  title: "Windows hosts have AVX, which HTTPS needs",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "`host.ini` says `os = windows` and `avx = no`. STPD then disables its HTTPS port, regardless of stpd.ini.",
    fix: "Keep a plain port open on this host and leave it out of the rollout until it runs on a processor with AVX. On a virtual machine, expose AVX to the guest. If the fact is wrong, correct host.ini.",
    rationale:
      "Closing HTTP and FTP on such a host leaves it without a data port, so every backup is locked out. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), the note on AVX.",
  },
  check: (folder) => {
    const avx = lacksHttps(folder) ? findFact(folder.facts, "avx") : undefined;
    if (avx === undefined) return [];
    return [
      {
        file: "host.ini",
        place: avx.place,
        message:
          "STPD has no HTTPS on Windows without AVX; closing the plain ports would lock backups out",
        help: "Keep a plain port open on this host until its processor has AVX.",
      },
    ];
  },
};
