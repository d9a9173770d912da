import type { Reason } from "./reason.ts";

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
