import type { Reason } from "./reason.ts";

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

export type LedgerReason = Extract<keyof typeof ledgerReasons, `ledger-${string}`>;
