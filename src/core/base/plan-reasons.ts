import type { Reason } from "./reason.ts";

export const planReasons = {
  "nothing-to-do": {
    cause: "every host has the file already that this phase would bring",
    next: "Nothing has to be done.",
  },
  "open-not-proven": {
    cause: "a host of the environment has not proven HTTPS, so closing would cut it off",
    next: "Roll out `open` to it first, or name it as an exception, with except.",
  },
  "globals-not-set": {
    cause: "the global settings of SEP sesam are not recorded as globals.ini wants them",
    next: "Write them on the Server with `sesam-harden globals`, and let that be recorded.",
  },
  "hosts-not-in-repo": {
    cause: "the config repo lacks hosts that run STPD, which closing may cut off from the others",
    next: "Add them to the config repo, or except them from host-not-in-repo with a reason.",
  },
  "clients-not-ready": {
    cause: "clients still depend on HTTP or FTP",
    next: "Give them https:// interfaces, move their tasks and events to these, and export interfaces.json again.",
  },
  "host-unreadable": {
    cause: "the host has no stpd.ini that can be read",
    next: "Mend the file in the config repo.",
  },
  "check-failed": {
    cause: "the check finds errors in the host's files",
    next: "Run `sesam-harden check`, and mend or except what it finds.",
  },
  "no-https": {
    cause: "with this file the host would have no HTTPS port that works",
    next: "Run `sesam-harden check`, and fix the errors about HTTPS that it reports for this host.",
  },
  "needs-plain-ports": {
    cause:
      "HTTP and FTP can be switched off since SEP sesam 5.1.0, and the host is not known to have it",
    next: "Update SEP sesam on the host, then correct version in its host.ini.",
  },
  "never-seen": {
    cause: "the ledger does not know what lies on the host now",
    next: "Let the verify workflow look at it once; what it finds is recorded.",
  },
  "not-opened": {
    cause: "the host has not proven HTTPS",
    next: "Roll out `open` to it first.",
  },
  "no-bridge": {
    cause: "no file can be made that opens HTTPS beside the old ports of the host",
    next: "Look at the old and the new file: their ports collide, or one cannot be read.",
  },
  "https-moves": {
    cause: "the HTTPS port of the host would change, and who uses the old one would be cut off",
    next: "Keep the number, or move it by hand.",
  },
  "no-runner": {
    cause: "host.ini names no runner that could do the work",
    next: "Set `runner` in the host's host.ini to the label of its self-hosted runner.",
  },
  "name-twice": {
    cause: "two directories of the config repo have the name of this host",
    next: "Rename one of them.",
  },
} as const satisfies Readonly<Record<string, Reason>>;
