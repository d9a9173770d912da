import type { Reason } from "./reason.ts";

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
