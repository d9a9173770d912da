import type { Reason } from "./reason.ts";

/** Why a host is left as it is. */
export const hostReasons = {
  "desired-unreadable": {
    cause: "the file of the config repo is no text that STPD could read",
    next: "Mend it in the config repo.",
  },
  "current-unreadable": {
    cause: "the file on the host cannot be read",
    next: "Look at the file on the host.",
  },
  "https-not-sure": {
    cause: "HTTPS with TLS 1.2 or 1.3 would not be sure to work",
    next: "See what sesam-harden check says of the file.",
  },
  "https-port-changes": {
    cause: "the HTTPS port would get another number",
    next: "Keep the number, or move it by hand.",
  },
  "plain-port-unreadable": {
    cause: "a port line of the host holds no port number",
    next: "Write the number that is open, without anything behind it.",
  },
  "plain-port-misplaced": {
    cause: "a port line of the host stands outside its section",
    next: "Move the line below the section by hand, restart, and see which ports are open.",
  },
  "plain-port-conflict": {
    cause: "the desired file and the host want the same port otherwise",
    next: "Take the host's line over into the config repo, or comment it out there.",
  },
  "readers-disagree": {
    cause: "another reader of INI files would see other ports",
    next: "Bring the port lines of both files into the plain form KEY=NUMBER, one a key.",
  },
  "no-ticket": {
    cause: "nobody has approved this: there is no ticket for it",
    next: "Start a rollout; in an emergency, root at the console uses --break-glass REASON.",
  },
  "not-root": {
    cause: "only root may do this",
    next: "Run it as root at the host's console, not from a job.",
  },
  "plan-unreadable": {
    cause: "the plan cannot be read",
    next: "Make a new plan with sesam-harden plan.",
  },
  "other-plan": {
    cause: "the plan is not for this host, config repo or phase",
    next: "Compare it with the pins that sesam-harden host status shows.",
  },
  "file-not-as-planned": {
    cause: "the files that are here are not those that the plan names",
    next: "Check out the plan's commit, or make a new plan.",
  },
  drift: {
    cause: "the file on the host is not the one that was last recorded",
    next: "Look at the difference; take it over into the config repo, or allow it with --expect SHA256.",
  },
  "no-avx": {
    cause: "STPD has no HTTPS on Windows where the processor has no AVX, or it is not known to",
    next: "Set avx = yes in the pins once it is sure; otherwise leave the host as it is.",
  },
  "version-too-old": {
    cause: "HTTP and FTP can be switched off since SEP sesam 5.1.0, and this is older",
    next: "Update SEP sesam.",
  },
  "version-unknown": {
    cause: "the version of SEP sesam is not known",
    next: "Look at the output of the pinned status command, or set version in the pins.",
  },
  busy: {
    cause: "transfers are running, which a restart would end",
    next: "Wait until they have ended, and start again.",
  },
  "busy-unknown": {
    cause: "whether transfers are running is not known",
    next: "Run the pinned busy command by hand and fix what is wrong. If a person can see that nothing runs, root at the host can add --idle-seen-by WHO.",
  },
  "interface-in-use": {
    cause: "a task or event still uses a port that would be closed",
    next: "Give it an HTTPS interface, and export the inventory again.",
  },
  "inventory-too-old": {
    cause: "there is no inventory of the interfaces that is from the last day",
    next: "Export it again with sesam-harden inventory.",
  },
  "another-apply": {
    cause: "another run is at work on this host",
    next: "Wait for its end; sesam-harden host status shows it.",
  },
  "lock-unwritable": {
    cause: "the lock of this host cannot be taken",
    next: "See that the state directory can be written: its owner, its mode, and its file system.",
  },
  "ssh-failed": {
    cause: "the host could not be asked over ssh, so its state is unknown",
    next: "Correct what ssh reports, or the section [ssh] of the pins, and try again.",
  },
  unfinished: {
    cause: "an earlier run was not finished",
    next: "Run sesam-harden recover.",
  },
  "journal-unreadable": {
    cause: "the journal cannot be read, so whether an earlier change is finished is unknown",
    next: "Run sesam-harden host status, and see By hand in docs/host.md.",
  },
  "disk-full": {
    cause: "there is too little space for the new file, a backup and the journal",
    next: "Make room on the disks of stpd.ini and of the state folder.",
  },
  "owner-not-expected": {
    cause: "stpd.ini does not belong to whom the pins name, or is no plain file of its own",
    next: "See who changed it; then mend the file, or owner in the pins.",
  },
  "not-loaded": {
    cause: "the service may not have read stpd.ini as it is now",
    next: "Restart SEP sesam by hand, check it with sesam-harden probe, and start again.",
  },
  "service-not-found": {
    cause: "no process is found that listens on a data port of stpd.ini",
    next: "Start SEP sesam; if it runs, see that this user may read /proc/PID/fd of its processes.",
  },
  "not-verified": {
    cause: "the file is in place already, and the host could not be verified with it",
    next: "Run sesam-harden probe, and correct what it shows.",
  },
  "not-reachable": {
    cause: "the host is not seen to be reachable now, so nothing could be proven afterwards",
    next: "Run sesam-harden probe, and mend what it shows.",
  },
  "https-not-proven": {
    cause: "HTTPS is not proven on this host now",
    next: "Roll out the phase open first.",
  },
  "certificate-ends": {
    cause: "the certificate has ended, or ends within 14 days",
    next: "Renew it first.",
  },
  "no-timer": {
    cause: "no timer can be armed that would undo the change",
    next: "See that systemd-run works, or set timer = watchdog in the pins.",
  },
  "not-written": {
    cause: "a file could not be written before anything was changed",
    next: "See to the disk or the rights, and start again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;
