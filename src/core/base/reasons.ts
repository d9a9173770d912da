export const approvalReasons = {
  "person-unknown": {
    cause: "this account is not in bot.ini",
    next: "Ask the bot's administrator to add a [person.NAME] section with it.",
  },
  "not-in-group": {
    cause: "this person is in no group that may do this for the environment",
    next: "Ask someone in the environment's groups.",
  },
  "groups-unreadable": {
    cause: "the members of the groups could not be read, so no one counts as a member",
    next: "Try again. If it fails again, check the controller's access to the GitHub team.",
  },
  "groups-empty": {
    cause: "the groups that may do this for the environment have no members",
    next: "Add someone to a group of the environment.",
  },
  "authors-unreadable": {
    cause: "the authors of the change could not be read, so the approver may be one of them",
    next: "Try again. If it fails again, check the controller's access to the config repo.",
  },
  "environment-unknown": {
    cause: "bot.ini has no environment of that name",
    next: "Ask the bot's administrator to add an [environment.NAME] section.",
  },
  "own-change": {
    cause: "this person requested the rollout or worked on the change",
    next: "Someone else must approve it.",
  },
  "author-unknown": {
    cause:
      "GitHub cannot name the author of one of the commits, so the approver may be that author",
    next: "Make the change in a pull request from a branch of the config repo, or with verified signatures, and with e-mail addresses that GitHub knows.",
  },
  "already-approved": {
    cause: "this person has already approved",
    next: "Wait for someone else to approve.",
  },
  "approvals-missing": {
    cause: "too few of the people who approved may still approve",
    next: "No one can add an approval now. If these people left the environment's groups or are authors of the change, abort the rollout, plan again and request approval again.",
  },
  "not-this-plan": {
    cause: "the approved plan is not the plan of this rollout",
    next: "Read the newest plan, and decide on that one.",
  },
  expired: {
    cause: "the rollout has expired",
    next: "Plan again, and request approval again.",
  },
  "not-expired": {
    cause: "the rollout has not expired yet",
    next: "Deny or abort it to stop it.",
  },
  "target-changed": {
    cause: "the files on the default branch are no longer the planned ones",
    next: "Plan again, and request approval again.",
  },
  "target-unreadable": {
    cause: "the default branch could not be read, so it may have changed",
    next: "Try again.",
  },
  "not-approver": {
    cause: "this person has not approved this rollout",
    next: "Only an approver can revoke; anyone in the environment's groups can abort.",
  },
  "second-person": {
    cause: "this must be done by someone other than the person who caused it",
    next: "Ask another person in the environment's groups.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a run of the rollout workflow stops before it changes a host. */
export const gateReasons = {
  "run-again": {
    cause: "this is a re-run of an old run",
    next: "Continue or resume the rollout; the controller sends the wave again in a new run.",
  },
  "run-inputs": {
    cause: "the inputs of the run differ from the ticket",
    next: "Find out who started the run; the controller starts no such run.",
  },
  "ledger-differs": {
    cause: "the ledger is checked out at another commit than the one in the plan",
    next: "Check out the ledger at that commit.",
  },
  "plan-differs": {
    cause: "planning again from the same commits gives a different plan",
    next: "Use the same version of sesam-harden here as on the controller, and plan again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a host is not changed. */
export const hostReasons = {
  "desired-unreadable": {
    cause: "the file in the config repo is not text that STPD can read",
    next: "Fix it in the config repo.",
  },
  "current-unreadable": {
    cause: "the file on the host cannot be read",
    next: "Check the file on the host.",
  },
  "https-not-sure": {
    cause: "with this file, HTTPS with TLS 1.2 or 1.3 may not work",
    next: "Run sesam-harden check, and fix what it reports for this file.",
  },
  "https-port-changes": {
    cause: "the HTTPS port would change",
    next: "Keep the port number, or move it by hand.",
  },
  "plain-port-unreadable": {
    cause: "a port line on the host has no valid port number",
    next: "Write the number of the open port, and nothing after it.",
  },
  "plain-port-misplaced": {
    cause: "a port line on the host is outside its section",
    next: "Move the line into the section by hand, restart, and check which ports are open.",
  },
  "plain-port-conflict": {
    cause: "the desired file and the host set the same port differently",
    next: "Copy the host's line to the config repo, or comment it out there.",
  },
  "readers-disagree": {
    cause: "INI parsers disagree on the ports in this file",
    next: "In both files, write each port line once, as KEY=NUMBER.",
  },
  "no-ticket": {
    cause: "this change is not approved: it has no ticket",
    next: "Start a rollout. In an emergency, root at the console can use --break-glass REASON.",
  },
  "not-root": {
    cause: "only root can do this",
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
    cause: "the files here are not those in the plan",
    next: "Check out the plan's commit, or make a new plan.",
  },
  "no-restored-file": {
    cause: "the plan rolls back to an earlier file that is not in the ledger checkout",
    next: "Pass --ledger with a checkout of the ledger. In the rollout workflow, copy the example again.",
  },
  drift: {
    cause: "the file on the host is not the last recorded one",
    next: "Compare the two. Copy the difference to the config repo, or allow the file with --expect SHA256.",
  },
  "windows-by-hand": {
    cause: "hosts on Windows are changed by hand, since sesam-harden was never tested there",
    next: "Print the script with `sesam-harden runbook HOST --plan FILE`; see docs/windows.md.",
  },
  "no-avx": {
    cause:
      "on Windows, STPD has no HTTPS without AVX, and this processor has none or it is unknown",
    next: "Set avx = yes in the pins once you have confirmed it. Otherwise leave the host as it is.",
  },
  "version-too-old": {
    cause:
      "this version of SEP sesam cannot run with HTTP and FTP disabled; 5.1.0 or newer is required",
    next: "Update SEP sesam.",
  },
  "version-unknown": {
    cause: "the version of SEP sesam is unknown",
    next: "Check the output of the pinned status command, or set version in the pins.",
  },
  busy: {
    cause: "transfers are running, and a restart would interrupt them",
    next: "Wait until they have finished, then try again.",
  },
  "busy-unknown": {
    cause: "cannot tell whether transfers are running",
    next: "Run the pinned busy command by hand and fix what is wrong. If a person can see that nothing is running, root on the host can add --idle-seen-by WHO.",
  },
  "interface-in-use": {
    cause: "a task or event still uses a port that would be closed",
    next: "Move it to an HTTPS interface, and export the inventory again.",
  },
  "inventory-too-old": {
    cause: "the inventory of the interfaces is missing or older than a day",
    next: "Export it again with sesam-harden inventory.",
  },
  "another-apply": {
    cause: "another run is active on this host",
    next: "Wait until it ends; sesam-harden host status shows it.",
  },
  "lock-unwritable": {
    cause: "cannot take the lock of this host",
    next: "Check that the state directory is writable: owner, mode and file system.",
  },
  "ssh-failed": {
    cause: "the host could not be reached over ssh, so its state is unknown",
    next: "Fix what ssh reports, or the section [ssh] of the pins, and try again.",
  },
  unfinished: {
    cause: "an earlier change is unfinished",
    next: "Run sesam-harden recover.",
  },
  "journal-unreadable": {
    cause: "the journal cannot be read, so it is unknown whether an earlier change is unfinished",
    next: "Run sesam-harden host status, and see By hand in docs/host.md.",
  },
  "disk-full": {
    cause: "not enough space for the new file, a backup and the journal",
    next: "Free space on the disks of stpd.ini and of the state directory.",
  },
  "owner-not-expected": {
    cause: "stpd.ini does not have the pinned owner, or is not a regular file of its own",
    next: "Find out who changed it, then fix the file, or owner in the pins.",
  },
  "not-loaded": {
    cause: "the service may not have read the current stpd.ini",
    next: "Restart SEP sesam by hand, check it with sesam-harden probe, then try again.",
  },
  "service-not-found": {
    cause: "no process listens on a data port of stpd.ini",
    next: "Start SEP sesam. If it is running, check that this user can read /proc/PID/fd of its processes.",
  },
  "not-verified": {
    cause: "the file is in place already, but the host could not be verified with it",
    next: "Run sesam-harden probe, and fix what it reports.",
  },
  "not-reachable": {
    cause: "the host does not appear reachable now, so the change could not be verified",
    next: "Run sesam-harden probe, and fix what it reports.",
  },
  "https-not-proven": {
    cause: "HTTPS does not work on this host now",
    next: "Roll out the phase open first.",
  },
  "certificate-ends": {
    cause: "the certificate has expired, or expires within 14 days",
    next: "Renew it first.",
  },
  "no-timer": {
    cause: "cannot arm a timer that would roll back the change",
    next: "Check that systemd-run works, or set timer = watchdog in the pins.",
  },
  "not-written": {
    cause: "a file could not be written; nothing was changed",
    next: "Check disk space and permissions, then try again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

const tampered =
  "Stop all rollouts. Find out who wrote to the branch, and compare it with a commit on a Slack card: `sesam-harden ledger verify --head COMMIT`.";

export const ledgerReasons = {
  "ledger-malformed": { cause: "an entry is not a signed ledger entry", next: tampered },
  "ledger-algorithm": { cause: "an entry is not signed with Ed25519", next: tampered },
  "ledger-header": {
    cause: "an entry has a header that the controller does not write",
    next: tampered,
  },
  "ledger-key-unknown": {
    cause: "an entry is signed with an unknown key",
    next: "Pass the public keys of all controllers that ever wrote to it, including old ones. If there are no others, stop all rollouts.",
  },
  "ledger-signature": { cause: "an entry has an invalid signature", next: tampered },
  "ledger-sequence": { cause: "entries are missing, duplicated or out of order", next: tampered },
  "ledger-chain": { cause: "an entry does not follow the previous one", next: tampered },
  "ledger-repository": { cause: "an entry belongs to another repository", next: tampered },
  "ledger-time": { cause: "an entry is older than the previous one", next: tampered },
  "ledger-ahead": {
    cause: "an entry is dated more than five minutes in the future",
    next: "Find out which controller wrote it, and set its clock. The ledger is read again once that time has come; docs/ledger.md says how to remove such an entry.",
  },
  "rollout-name": {
    cause: "a rollout does not have the next name in the sequence",
    next: tampered,
  },
  "ledger-person": { cause: "an entry names two different people", next: tampered },
  "ledger-illegal": { cause: "an entry records a transition that is not allowed", next: tampered },
  "ledger-rewritten": {
    cause: "the branch no longer contains what was read from it before",
    next: tampered,
  },
  "ledger-set-back": {
    cause: "it is shorter than, or differs from, what this controller read before its restart",
    next: "Let no rollout run. Find out who moved the branch, and reset it to the commit on the newest Slack card. docs/ledger.md says how, and what to do if it was reset on purpose.",
  },
  "ledger-plan": {
    cause: "a plan is missing, was changed, or is not the requested one",
    next: tampered,
  },
  "ledger-results": { cause: "the verified files are not those of the plan", next: tampered },
  "ledger-file": { cause: "a file does not match the entries", next: tampered },
  "ledger-stray": { cause: "a file on the branch belongs to no entry", next: tampered },
  "ledger-forked": {
    cause: "the history of the branch is not linear",
    next: tampered,
  },
  "ledger-head": {
    cause: "the branch does not descend from the given commit",
    next: tampered,
  },
  "clock-wrong": {
    cause:
      "the clock of this controller differs from GitHub's by more than a minute, so it signs no ticket",
    next: "Set the clock of the bot's machine, preferably with NTP. Freeze, abort and deny still work.",
  },
  "key-twice": {
    cause: "a host of the wave has the same key as another host, so its reports would not count",
    next: "Create a new key on both, and import their records at the bot: docs/signed-reports.md.",
  },
  "ledger-busy": {
    cause: "nothing was written, because others kept writing to the ledger at the same time",
    next: "Try again.",
  },
  "reminded-already": {
    cause: "the approvers were already reminded",
    next: "No action is needed.",
  },
  "not-waiting": {
    cause: "the rollout is not waiting for approvals",
    next: "No action is needed.",
  },
  "card-shown": {
    cause: "the rollout already has a card",
    next: "Use that card.",
  },
  "verified-already": {
    cause: "this run of verify, or a newer one, is already recorded",
    next: "No action is needed.",
  },
  "rollout-unknown": {
    cause: "no such rollout in the ledger",
    next: "See /sesam-harden history in Slack, or `sesam-harden ledger log`.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export const planReasons = {
  "nothing-to-do": {
    cause: "every host already has the file of this phase",
    next: "No action is needed.",
  },
  "open-not-proven": {
    cause: "a host of the environment is not verified over HTTPS, so closing would cut it off",
    next: "Roll out `open` to it first, or exclude it with except.",
  },
  "globals-not-set": {
    cause: "the global settings of SEP sesam are not recorded as set to the values in globals.ini",
    next: "Set them on the Server with `sesam-harden globals`, and have that recorded.",
  },
  "hosts-not-in-repo": {
    cause:
      "hosts that run STPD are not in the config repo, and closing may cut them off from the others",
    next: "Add them to the config repo, or except them from host-not-in-repo with a reason.",
  },
  "clients-not-ready": {
    cause: "clients still depend on HTTP or FTP",
    next: "Give them https:// interfaces, move their tasks and events to these, and export interfaces.json again.",
  },
  "host-unreadable": {
    cause: "the host has no readable stpd.ini",
    next: "Fix the file in the config repo.",
  },
  "check-failed": {
    cause: "the host's files have errors",
    next: "Merge the fix pull request, or run `sesam-harden check`, and fix or except what it reports.",
  },
  "no-https": {
    cause: "with this file the host would have no working HTTPS port",
    next: "Run `sesam-harden check`, and fix the HTTPS errors that it reports for this host.",
  },
  "needs-plain-ports": {
    cause:
      "SEP sesam on this host is older than 5.1.0, or its version is unknown, so HTTP and FTP cannot be disabled",
    next: "Update SEP sesam on the host, then correct version in its host.ini.",
  },
  "never-seen": {
    cause: "the ledger has no record of the file on the host",
    next: "Run `sesam-harden host records` on the host, copy the output to the machine of the bot, and import it there: `node bot/main.js --import FILE`.",
  },
  "not-opened": {
    cause: "the host is not verified over HTTPS",
    next: "Roll out `open` to it first.",
  },
  "no-bridge": {
    cause: "no file can open HTTPS next to the old ports of the host",
    next: "Compare the old and the new file: their ports collide, or one cannot be read.",
  },
  "https-moves": {
    cause: "the HTTPS port of the host would change, which would cut off its users",
    next: "Keep the port number, or move it by hand.",
  },
  "no-earlier-file": {
    cause: "the ledger has no other file that was verified on this host before",
    next: "Correct its file in the config repo, and roll it out.",
  },
  "earlier-file-refused": {
    cause: "the earlier file cannot be restored",
    next: "Correct the host's file in the config repo, and roll it out.",
  },
  "no-runner": {
    cause: "host.ini names no runner for this host",
    next: "Set `runner` in its host.ini to the label of its self-hosted runner.",
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

/** Codes of the reasons for not changing a host. */
export type RefusalCode = keyof typeof hostReasons | TicketReason;

/** Why a request is refused: cause and next step. Nothing was changed. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly next: string;
}

/** Why an effect failed, as far as it is known. */
export interface Failure {
  readonly reason: string;
  readonly isFull?: boolean;
  readonly isUnreached?: boolean;
}

/**
 * Refuses because of a failure: a full disk or a failed ssh login has its own code, whatever the
 * operation was.
 */
export function refuseFailure(failure: Failure, otherwise: RefusalCode): Refusal {
  const { reason, isFull, isUnreached } = failure;
  if (isUnreached === true) return refusal("ssh-failed", reason);
  return refusal(isFull === true ? "disk-full" : otherwise, reason);
}

/** Creates a refusal; appends the detail to the cause unless it is empty. */
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
    cause: "the rollout is already approved",
    next: "Revoke or abort it to stop it.",
  },
  "under-way": {
    cause: "the rollout is already running",
    next: "Abort it to stop it.",
  },
  "not-by-hand": {
    cause: "no rollout lists this host as changed by hand",
    next: "Only hosts that the plan lists by hand can be recorded.",
  },
  "hand-file-differs": {
    cause: "this is not the planned SHA-256 for the host in this phase",
    next: "Compare it with Get-FileHash on the host. If the host has another file, run the script of the plan again.",
  },
  "hand-recorded": {
    cause: "this is already recorded, by this person or by enough people",
    next: "For the phase close, a second person records it too; then press Check now.",
  },
  "hand-unrecorded": {
    cause: "no host of this rollout has a record that waits for a scan",
    next: "Once a host was changed with its script, record its SHA-256; for the phase close, a second person records it too.",
  },
  "hand-verified": {
    cause: "this is already verified by hand",
    next: "No action is needed.",
  },
  "wave-at-work": {
    cause: "a wave is running",
    next: "Wait until it is evaluated, or abort.",
  },
  "no-wave-at-work": {
    cause: "no wave is running",
    next: "Check the state of the rollout.",
  },
  "not-dispatched": {
    cause: "no dispatch is waiting for a result",
    next: "Check the state of the rollout.",
  },
  "run-may-exist": {
    cause: "the run of the wave may still appear, so the wave is not sent again",
    next: "Wait; the controller is looking for it among the newest runs.",
  },
  "not-paused": {
    cause: "the rollout is not paused between two waves",
    next: "Check the state of the rollout.",
  },
  "not-aborted": {
    cause: "the rollout was not aborted, so it cannot be resumed",
    next: "Check the state of the rollout.",
  },
  aborted: {
    cause: "the rollout was aborted",
    next: "Have someone else resume it, or plan again.",
  },
  aborting: {
    cause: "the rollout is being aborted: running hosts finish, and no other host starts",
    next: "Wait until the wave is evaluated.",
  },
  over: {
    cause: "the rollout has ended",
    next: "Plan again for the remaining hosts.",
  },
  frozen: {
    cause: "the environment is frozen",
    next: "Have someone else lift the freeze.",
  },
  "freeze-over": {
    cause: "the freeze would already be over",
    next: "Give a time in the future, or none.",
  },
  "not-frozen": { cause: "the environment is not frozen", next: "No action is needed." },
  "freeze-window": {
    cause: "the environment is in a freeze window of bot.ini",
    next: "Wait until the window ends.",
  },
  "backup-window": {
    cause: "the environment is in its backup window",
    next: "Wait until the window ends.",
  },
  locked: {
    cause: "the environment is locked after a failed rollout",
    next: "Find the cause. Then someone other than the requester of that rollout can unlock it.",
  },
  "not-locked": { cause: "the environment is not locked", next: "No action is needed." },
  "rollout-at-work": {
    cause: "another rollout of the environment is approved or running",
    next: "Wait until it ends, or abort it.",
  },
  "requested-already": {
    cause: "the same plan was requested already, and waits for approval",
    next: "Approve or deny that rollout.",
  },
  "no-rest": {
    cause: "this rollout left no host that could be rolled out again",
    next: "This works for a rollout that failed, expired or was aborted, with hosts that were not verified and are still in the config repo.",
  },
  "not-requester": {
    cause: "only the person who requested the rollout can withdraw it",
    next: "Deny it while it waits for approval, or abort it.",
  },
  "no-rollback": {
    cause: "none of these hosts has a file that a rollout verified and that could be rolled back",
    next: "Name hosts, or see /sesam-harden history for a rollout that verified some.",
  },
  "predecessor-not-closed": {
    cause:
      "the environment that must come first (`after` in bot.ini) is not closed: a host of it is not verified with its `close` file",
    next: "Finish `close` there first: `/sesam-harden plan close ENVIRONMENT` shows the hosts that are left.",
  },
  soaking: {
    cause: "the soak time between two waves is not over",
    next: "Wait: an HTTPS port that answers does not prove that backups work.",
  },
  "record-missing": {
    cause: "since the last wave, not every test that bot.ini requires was recorded",
    next: "Run the missing tests over HTTPS, and record each one that worked.",
  },
  "record-unknown": {
    cause: "bot.ini does not require this test to be recorded",
    next: "Record one of the tests that it names.",
  },
  "wrong-results": {
    cause: "the results are not those of the hosts in the wave",
    next: "Read the artifacts of the run again.",
  },
  "wrong-wave": {
    cause: "this is about another wave or run than the current one",
    next: "Read the ledger again.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

export const ticketReasons = {
  "ticket-malformed": {
    cause: "the ticket is not a compact JWS with the claims of a ticket",
    next: "Start the rollout from the controller; a ticket cannot be made by hand.",
  },
  "ticket-algorithm": {
    cause: "the ticket is not signed with Ed25519",
    next: "Find out who made it: the controller makes no such ticket.",
  },
  "ticket-header": {
    cause:
      "the ticket is of another type, such as one for a rehearsal, or contains its own key or an extension",
    next: "Find out who sent it: the controller sends no such ticket for this.",
  },
  "ticket-key-unknown": {
    cause: "the ticket is signed with a key that is not pinned here",
    next: "If the controller has a new key, pin its public key on this host.",
  },
  "ticket-signature": {
    cause: "the ticket has an invalid signature",
    next: "Find out who changed it.",
  },
  "ticket-repository": {
    cause: "the ticket is for another repository",
    next: "Check repository in the pins.",
  },
  "ticket-environment": {
    cause: "the ticket is for another environment",
    next: "Start a rollout for this environment.",
  },
  "ticket-phase": { cause: "the ticket is for the other phase", next: "Plan this phase." },
  "ticket-wave": { cause: "the ticket is for another wave", next: "Wait for this wave." },
  "ticket-commit": {
    cause: "the ticket is for another commit",
    next: "Check out the approved commit.",
  },
  "ticket-plan": {
    cause: "the plan is not the approved one",
    next: "Plan again, and request approval again.",
  },
  "ticket-host": {
    cause: "this host is not in the wave of the ticket",
    next: "Plan for this host.",
  },
  "ticket-expired": { cause: "the ticket has expired", next: "Request approval again." },
  "ticket-early": {
    cause: "the ticket is not valid yet",
    next: "Set the clocks of controller and host.",
  },
  "ticket-sequence": {
    cause: "the host has already accepted a newer ticket",
    next: "Find out who sent an old one; the newest one remains valid.",
  },
  "ticket-last-unknown": {
    cause: "the sequence of the last accepted ticket cannot be read or stored",
    next: "Fix the host's state directory; without it an old ticket could be replayed.",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a plan cannot be rehearsed now, or cannot be approved without a rehearsal. */
export const rehearsalReasons = {
  "rehearsal-missing": {
    cause: "the plan has not been rehearsed yet, and this environment requires it",
    next: "Wait for the rehearsal, which starts automatically, or press Rehearse again on the card.",
  },
  "rehearsal-at-work": {
    cause: "a rehearsal is running in this environment",
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

/** The complete list of reasons, for the command line, the Action, the bot and the hosts. */
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
