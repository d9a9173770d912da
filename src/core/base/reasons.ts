export const approvalReasons = {
  "person-unknown": {
    cause: "this account belongs to no person of the controller's settings",
    next: "Let the operator of the controller add a [person.NAME] section with it.",
  },
  "not-in-group": {
    cause: "this person is in no group that may do this for the environment",
    next: "Ask somebody of the environment's groups.",
  },
  "groups-unreadable": {
    cause: "who is in the groups could not be read, so nobody counts as a member",
    next: "Try again; if it stays, look at the controller's access to the GitHub team.",
  },
  "groups-empty": {
    cause: "nobody is in the groups that may do this for the environment",
    next: "Put somebody into a group of the environment.",
  },
  "authors-unreadable": {
    cause: "who made the change could not be read, so nobody can be shown to be somebody else",
    next: "Try again; if it stays, look at the controller's access to the config repo.",
  },
  "environment-unknown": {
    cause: "the controller's settings have no such environment",
    next: "Let the operator of the controller add an [environment.NAME] section.",
  },
  "own-change": {
    cause: "this person asked for the rollout, or wrote, pushed or merged a part of it",
    next: "Somebody else has to approve.",
  },
  "author-unknown": {
    cause:
      "GitHub cannot say who made one of the commits, so no person can be shown to be another one",
    next: "Bring the change by a pull request from a branch of the config repo, or with verified signatures, and with e-mail addresses that GitHub knows.",
  },
  "already-approved": {
    cause: "this person has approved already",
    next: "Wait for somebody else.",
  },
  "approvals-missing": {
    cause: "not enough persons have approved who may do so now",
    next: "Ask another person of the environment's groups.",
  },
  "not-this-plan": {
    cause: "what was approved is not the plan of this rollout",
    next: "Look at the newest plan, and decide about that.",
  },
  expired: {
    cause: "the time of this rollout is over",
    next: "Plan again, and ask for approval again.",
  },
  "not-expired": {
    cause: "the time of this rollout is not over yet",
    next: "Deny or abort it, if it shall not go on.",
  },
  "target-changed": {
    cause: "the default branch no longer holds the files that were planned",
    next: "Plan again, and ask for approval again.",
  },
  "target-unreadable": {
    cause: "the default branch could not be read, so it may have changed",
    next: "Try again.",
  },
  "not-approver": {
    cause: "this person has not approved this rollout",
    next: "Whoever approved may revoke; everybody of the group may abort.",
  },
  "second-person": {
    cause: "this needs somebody else than the person who caused it",
    next: "Ask another person of the environment's groups.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a run of the rollout workflow stops before any host is touched. */
export const gateReasons = {
  "run-again": {
    cause: "this is an old run that somebody started again",
    next: "Continue or resume the rollout; the controller sends the wave again in a new run.",
  },
  "run-inputs": {
    cause: "the inputs of the run are not those that the ticket names",
    next: "Find out who started it: the controller starts no such run.",
  },
  "ledger-differs": {
    cause: "the ledger that was read is at another commit than the plan names",
    next: "Check the ledger out at that commit.",
  },
  "plan-differs": {
    cause: "planning again, from the same commits, gives another plan than the recorded one",
    next: "Use the same version of sesam-harden here as the controller, and plan again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

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
  "no-restored-file": {
    cause: "the plan rolls back, and the earlier file was not found in a checkout of the ledger",
    next: "Pass --ledger with such a checkout; in the rollout workflow copy the example again.",
  },
  drift: {
    cause: "the file on the host is not the one that was last recorded",
    next: "Look at the difference; take it over into the config repo, or allow it with --expect SHA256.",
  },
  "windows-by-hand": {
    cause: "hosts on Windows are changed by hand, since sesam-harden was never tried there",
    next: "Print its script with `sesam-harden runbook HOST --plan FILE`; see docs/rollouts.md, Windows by hand.",
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

const tampered =
  "Let nobody roll out. Find out who wrote to the branch, and hold it against a commit that a Slack card shows: `sesam-harden ledger verify --head COMMIT`.";

export const ledgerReasons = {
  "ledger-malformed": { cause: "an entry is no signed entry of a ledger", next: tampered },
  "ledger-algorithm": { cause: "an entry is signed in another way than Ed25519", next: tampered },
  "ledger-header": {
    cause: "an entry has another header than the controller writes",
    next: tampered,
  },
  "ledger-key-unknown": {
    cause: "an entry is signed by a key that was not given",
    next: "Give the public keys of all controllers that ever wrote it, old ones too. If there is no other: let nobody roll out.",
  },
  "ledger-signature": { cause: "the signature of an entry does not fit", next: tampered },
  "ledger-sequence": { cause: "entries are missing, doubled or out of order", next: tampered },
  "ledger-chain": { cause: "an entry does not follow the one before it", next: tampered },
  "ledger-repository": { cause: "an entry belongs to another repository", next: tampered },
  "ledger-time": { cause: "an entry is older than the one before it", next: tampered },
  "ledger-ahead": {
    cause: "an entry says a time that is more than five minutes in the future",
    next: "Find out which controller wrote it, and set its clock. The ledger is read again once that time has come; docs/ledger.md says how to cut such an entry off.",
  },
  "rollout-name": { cause: "a rollout has another name than the next one", next: tampered },
  "ledger-person": { cause: "an entry names two different persons", next: tampered },
  "ledger-illegal": { cause: "an entry records what may not happen", next: tampered },
  "ledger-rewritten": {
    cause: "the branch no longer has what was read from it before",
    next: tampered,
  },
  "ledger-set-back": {
    cause: "it is shorter than, or not the one, that this controller read before it was restarted",
    next: "Let no rollout run. Find out who moved the branch, and put it back to the commit on the newest Slack card. docs/ledger.md says how, and what to do if it was set back on purpose.",
  },
  "ledger-plan": { cause: "a plan is missing, changed, or not what was requested", next: tampered },
  "ledger-results": { cause: "the proven files are not those of the plan", next: tampered },
  "ledger-file": { cause: "a file does not say what the entries say", next: tampered },
  "ledger-stray": { cause: "a file of the branch belongs to no entry", next: tampered },
  "ledger-forked": {
    cause: "the history of the branch is not one line of commits",
    next: tampered,
  },
  "ledger-head": {
    cause: "the branch does not go on from the commit that was given",
    next: tampered,
  },
  "clock-wrong": {
    cause:
      "the clock of this controller differs from GitHub's by more than a minute, so it signs no ticket",
    next: "Set the clock of the bot's machine, best by NTP. To freeze, abort and deny is possible all the same.",
  },
  "key-twice": {
    cause: "a host of the wave has the same key as another host, so no report of it would count",
    next: "Give both a new key, and import their records at the bot: docs/host.md, Signed reports.",
  },
  "ledger-busy": {
    cause: "others wrote to the ledger again and again, so nothing was written",
    next: "Try it again.",
  },
  "reminded-already": {
    cause: "the approvers were called a second time already",
    next: "Nothing has to be done.",
  },
  "not-waiting": {
    cause: "the rollout does not wait for approvals",
    next: "Nothing has to be done.",
  },
  "card-shown": {
    cause: "the rollout has a card already",
    next: "Use that one.",
  },
  "verified-already": {
    cause: "this run of verify, or a newer one, was recorded already",
    next: "Nothing has to be done.",
  },
  "rollout-unknown": {
    cause: "the ledger knows no such rollout",
    next: "Look at /sesam-harden history in Slack, or at `sesam-harden ledger log`.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

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
    next: "Run sesam-harden host records on the host, and give the bot what it prints, with --import.",
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
  "no-earlier-file": {
    cause: "the ledger has no other file that was verified on this host before",
    next: "Correct its file in the config repo, and roll it out.",
  },
  "earlier-file-refused": {
    cause: "the earlier file cannot be put back",
    next: "Correct the host's file in the config repo, and roll it out.",
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

/** Why something was refused, and what to do next. */
export interface Reason {
  readonly cause: string;
  readonly next: string;
}

/** The reasons of the one closed list for which a host is left as it is. */
export type RefusalCode = keyof typeof hostReasons | TicketReason;

/** Why something is not done: what was found, and what to do about it. Nothing was changed. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly next: string;
}

/** Why an effect failed, as far as it tells. */
export interface Failure {
  readonly reason: string;
  readonly isFull?: boolean;
  readonly isUnreached?: boolean;
}

/** Refused by what failed: a full disk or an ssh login has its own code, whatever it kept from. */
export function refuseFailure(failure: Failure, otherwise: RefusalCode): Refusal {
  const { reason, isFull, isUnreached } = failure;
  if (isUnreached === true) return refusal("ssh-failed", reason);
  return refusal(isFull === true ? "disk-full" : otherwise, reason);
}

/** The detail says what exactly; without it the cause stands alone. */
export function refusal(code: RefusalCode, detail = ""): Refusal {
  const { cause, next } = reasons[code];
  return { code, message: detail === "" ? cause : `${cause}: ${detail}`, next };
}

export const stateReasons = {
  "awaits-approval": {
    cause: "the rollout is not approved yet",
    next: "Approve or deny it.",
  },
  "approved-already": {
    cause: "the rollout is approved already",
    next: "Revoke or abort it, if it shall not go on.",
  },
  "under-way": {
    cause: "the rollout is under way already",
    next: "Abort it, if it shall not go on.",
  },
  "not-by-hand": {
    cause: "no rollout lists this host as changed by hand",
    next: "See the plan: only hosts that it lists by hand are recorded so.",
  },
  "hand-file-differs": {
    cause: "this is not the SHA-256 that the plan has for the host in this phase",
    next: "Compare it with Get-FileHash on the host; if the host has another file, run the script of the plan again.",
  },
  "hand-recorded": {
    cause: "this is recorded already, by this person or by enough people",
    next: "For the phase close a second person records it too; then press Check now.",
  },
  "hand-verified": {
    cause: "this host is verified by hand already",
    next: "Nothing has to be done.",
  },
  "wave-at-work": {
    cause: "a wave is at work",
    next: "Wait until it was judged, or abort.",
  },
  "no-wave-at-work": {
    cause: "no wave is at work",
    next: "Look at the state of the rollout.",
  },
  "not-dispatched": {
    cause: "no dispatch is waiting for its answer",
    next: "Look at the state of the rollout.",
  },
  "run-may-exist": {
    cause: "the run of the wave may still turn up, so it is not sent again",
    next: "Wait; it is looked for among the newest runs.",
  },
  "not-paused": {
    cause: "the rollout is not paused between two waves",
    next: "Look at the state of the rollout.",
  },
  "not-aborted": {
    cause: "the rollout was not aborted, so there is nothing to resume",
    next: "Look at the state of the rollout.",
  },
  aborted: {
    cause: "the rollout was aborted",
    next: "Let a second person resume it, or plan again.",
  },
  aborting: {
    cause: "the rollout is being aborted: the hosts at work finish, and no other starts",
    next: "Wait until the wave was judged.",
  },
  over: {
    cause: "the rollout is over",
    next: "Plan again for what is left.",
  },
  frozen: {
    cause: "the environment is frozen",
    next: "Let a second person unfreeze it.",
  },
  "freeze-over": {
    cause: "the freeze would be over already",
    next: "Name a time that is still to come, or none.",
  },
  "not-frozen": { cause: "the environment is not frozen", next: "Nothing has to be done." },
  "freeze-window": {
    cause: "the environment is in a freeze window of the controller's settings",
    next: "Wait until the window is over.",
  },
  "backup-window": {
    cause: "the environment is in its backup window",
    next: "Wait until the window is over.",
  },
  locked: {
    cause: "the environment is locked since a rollout went wrong",
    next: "Find the cause; then let a second person unlock it.",
  },
  "not-locked": { cause: "the environment is not locked", next: "Nothing has to be done." },
  "rollout-at-work": {
    cause: "another rollout of the environment is approved or under way",
    next: "Wait for its end, or abort it.",
  },
  "no-rest": {
    cause: "this rollout left no host that could be rolled out again",
    next: "It has to have failed, expired or been aborted, with hosts that were not verified and are still in the config repo.",
  },
  "not-requester": {
    cause: "only the person who requested the rollout can withdraw it",
    next: "Deny it while it waits for approval, or abort it.",
  },
  "no-rollback": {
    cause: "no host here has a file that a rollout verified and that could be rolled back",
    next: "Name hosts, or see /sesam-harden history for a rollout that verified some.",
  },
  "predecessor-not-closed": {
    cause:
      "the environment that has to come first (`after` in bot.ini) is not closed: a host of it was not verified with its `close` file by a rollout that succeeded",
    next: "Finish `close` there first: `/sesam-harden status` shows which hosts are left.",
  },
  soaking: {
    cause: "the time between two waves is not over",
    next: "Wait: TLS that answers is not a backup yet.",
  },
  "record-missing": {
    cause: "nobody has recorded yet that what has to work over HTTPS does",
    next: "Try a backup, restore, migration or abort, as the settings ask, and record it.",
  },
  "record-unknown": {
    cause: "this is nothing that the settings want to be recorded",
    next: "Record one of those that they name.",
  },
  "wrong-results": {
    cause: "the results are not those of the hosts that the wave had to do",
    next: "Read the artifacts of the run again.",
  },
  "wrong-wave": {
    cause: "this is about another wave or run than the one at work",
    next: "Read the ledger again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export const ticketReasons = {
  "ticket-malformed": {
    cause: "the ticket is no compact JWS with the claims of a ticket",
    next: "Start the rollout from the controller; a ticket cannot be made by hand.",
  },
  "ticket-algorithm": {
    cause: "the ticket is not signed with Ed25519",
    next: "Find out who made it: the controller makes no other.",
  },
  "ticket-header": {
    cause:
      "the ticket is of another type, as one for a rehearsal, or it brings a key or an extension of its own",
    next: "Find out who sent it: the controller sends no such ticket for this.",
  },
  "ticket-key-unknown": {
    cause: "the ticket is signed with a key that is not pinned here",
    next: "Pin the controller's public key on this host, if it has a new one.",
  },
  "ticket-signature": {
    cause: "the signature does not fit the ticket",
    next: "Find out who changed it.",
  },
  "ticket-repository": {
    cause: "the ticket is for another repository",
    next: "Look at the repository that is pinned here.",
  },
  "ticket-environment": {
    cause: "the ticket is for another environment",
    next: "Start a rollout for this environment.",
  },
  "ticket-phase": { cause: "the ticket is for the other phase", next: "Plan this phase." },
  "ticket-wave": { cause: "the ticket is for another wave", next: "Wait for the wave." },
  "ticket-commit": {
    cause: "the ticket is for another commit",
    next: "Check out the commit that was approved.",
  },
  "ticket-plan": {
    cause: "the plan is not the one that was approved",
    next: "Plan again, and ask for approval again.",
  },
  "ticket-host": {
    cause: "this host is not in the wave that the ticket is for",
    next: "Plan for this host.",
  },
  "ticket-expired": { cause: "the ticket has expired", next: "Ask for approval again." },
  "ticket-early": {
    cause: "the ticket is not valid yet",
    next: "Set the clocks of controller and host.",
  },
  "ticket-sequence": {
    cause: "the host has accepted a newer ticket already",
    next: "Find out who sent an old one; the newest goes on.",
  },
  "ticket-last-unknown": {
    cause: "which ticket the host accepted last cannot be read or kept",
    next: "See to the state folder of the host; without it an old ticket could come again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a plan is not rehearsed now, or may not be approved without a rehearsal. */
export const rehearsalReasons = {
  "rehearsal-missing": {
    cause: "the plan has not been rehearsed on its hosts yet, and this environment requires that",
    next: "Wait for the rehearsal, which starts by itself, or press Rehearse again on the card.",
  },
  "rehearsal-at-work": {
    cause: "a rehearsal is under way in this environment",
    next: "Wait for its result, which the card shows.",
  },
  "rehearsal-not-ready": {
    cause: "not every host of the plan was ready in the rehearsal",
    next: "Fix what the card lists and press Rehearse again, or request a rollout without these hosts.",
  },
  "rehearsal-old": {
    cause: "the rehearsal is more than 24 hours old",
    next: "Press Rehearse again on the card.",
  },
  "rehearsal-recent": {
    cause: "this plan was rehearsed less than an hour ago",
    next: "Wait until the hour is over, then press Rehearse again.",
  },
  "rehearsal-refused": {
    cause: "GitHub refused to start the rehearsal",
    next: "The card shows what GitHub said. Fix that, then press Rehearse again.",
  },
  "rehearsal-off": {
    cause: "rehearsals are switched off for this environment",
    next: "Set rehearsal = optional or required for it in bot.ini, then restart the bot.",
  },
  "workflow-old": {
    cause:
      "the rollout workflow of the config repo is older than rehearsals: it has no input `mode`",
    next: "Copy the example sesam-rollout.yml again, then press Rehearse again.",
  },
  "not-rehearsable": {
    cause: "only a rollout that waits for approval is rehearsed",
    next: "Request a rollout to rehearse a plan again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export type TicketReason = keyof typeof ticketReasons;

/** The one closed list of reasons, for the command line, the Action, the bot and the hosts. */
export const reasons = {
  ...planReasons,
  ...approvalReasons,
  ...stateReasons,
  ...ticketReasons,
  ...hostReasons,
  ...gateReasons,
  ...ledgerReasons,
  ...rehearsalReasons,
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof reasons;

/** `code: cause. next` */
export function explainReason(code: ReasonCode): string {
  const { cause, next } = reasons[code];
  return `${code}: ${cause}. ${next}`;
}
