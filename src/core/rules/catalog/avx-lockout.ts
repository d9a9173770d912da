import { findFact } from "../../fleet/facts.ts";
import { lacksHttps } from "../../fleet/host-folder.ts";
import type { Rule } from "../rule.ts";

export const avxLockout: Rule = {
  id: "avx-lockout",
  title: "HTTPS can work on every host that is to be closed",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "`host.ini` says `os = windows` and `avx = no`. STPD then turns its HTTPS port off by itself, whatever stpd.ini says.",
    fix: "Keep a plain port open on this host, and keep it out of the hardening, until it runs on a processor with AVX. A virtual machine may hide AVX from its guest: then show it. If the fact is wrong, fix host.ini.",
    rationale:
      "Closing HTTP and FTP on such a host leaves no data port at all: every backup to it is locked out. This rule cannot be suppressed.",
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
          "STPD has no HTTPS on Windows without AVX: closing its plain ports locks backups out",
        help: "Keep a plain port open on this host until its processor has AVX.",
      },
    ];
  },
};
