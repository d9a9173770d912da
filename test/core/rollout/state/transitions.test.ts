import { describe, expect, test } from "vitest";
import type { Standing } from "../../../../src/core/rollout/state/approvals.ts";
import type { Rollout } from "../../../../src/core/rollout/state/rollout.ts";
import {
  events,
  expiresAt,
  makeRollout,
  makeSituation,
  states,
  testGuards,
  type GuardRow,
} from "../../../support/builders/rollout-states.ts";
import { refuseHands } from "../../../../src/core/rollout/state/transitions.ts";
import type { TransitionContext } from "../../../../src/core/rollout/state/transition-context.ts";

const standing = (change: Partial<Standing>): Partial<TransitionContext> => ({
  standingOf: () => ({ isKnown: true, group: "member", own: "no", ...change }),
});
const requested = { state: states.requested, approvals: [] };

describe("approve", () => {
  const row = (name: string, situation: Partial<TransitionContext>, becomes: string): GuardRow => ({
    name,
    rollout: requested,
    event: events.approve,
    situation,
    becomes,
  });
  testGuards([
    row("an unknown person", standing({ isKnown: false }), "person-unknown"),
    row("not in the group", standing({ group: "outside" }), "not-in-group"),
    row("the group is empty", standing({ group: "empty" }), "groups-empty"),
    row("group unreadable", standing({ group: "unreadable" }), "groups-unreadable"),
    row("their own change", standing({ own: "yes" }), "own-change"),
    row("an author unknown", standing({ own: "author-unknown" }), "author-unknown"),
    row("authors unreadable", standing({ own: "authors-unreadable" }), "authors-unreadable"),
    row("too late, to the second", { at: expiresAt }, "expired"),
    row("changed meanwhile", { target: "changed" }, "target-changed"),
    row("possibly changed", { target: "unreadable" }, "target-unreadable"),
    row("before its turn", { predecessor: "not-closed" }, "predecessor-not-closed"),
    {
      name: "another plan",
      rollout: requested,
      event: { kind: "approve", by: "carl", plan: "e".repeat(64) },
      becomes: "not-this-plan",
    },
    {
      name: "the first of two",
      rollout: { ...requested, terms: { ...makeRollout().terms, approvals: 2 } },
      event: events.approve,
      becomes: { state: { kind: "requested" }, approvals: ["carl"] },
    },
    {
      name: "twice",
      rollout: { state: states.requested, approvals: ["carl"] },
      event: events.approve,
      becomes: "already-approved",
    },
  ]);
});

describe("dispatch", () => {
  const row = (
    name: string,
    situation: Partial<TransitionContext>,
    becomes: GuardRow["becomes"],
    rollout: Partial<Rollout> = {},
  ): GuardRow => ({ name, rollout, event: { kind: "dispatch", wave: 1 }, situation, becomes });
  const { environment } = makeSituation();
  const frozen = { ...environment, frozen: { by: "carl", reason: "audit", until: null } };
  const locked = {
    ...environment,
    locked: { rollout: "2026-11-0", requester: "anna", reason: "a bad" },
  };
  const paused = { state: { kind: "paused", judged: 1, since: 900 } as const };
  const second = { kind: "dispatch", wave: 2 } as const;
  testGuards([
    row("too late", { at: expiresAt }, "expired"),
    row("frozen", { environment: frozen }, "frozen"),
    row("locked", { environment: locked }, "locked"),
    row("in a freeze window", { window: "freeze-window" }, "freeze-window"),
    row("in the backup window", { window: "backup-window" }, "backup-window"),
    row("changed meanwhile", { target: "changed" }, "target-changed"),
    row("possibly changed", { target: "unreadable" }, "target-unreadable"),
    row("an approver who left", standing({ group: "outside" }), "approvals-missing"),
    row("an approver who is an author", standing({ own: "yes" }), "approvals-missing"),
    row("closing what was not opened", { closing: "open-not-proven" }, "open-not-proven", {
      phase: "close",
    }),
    row("closing without globals", { closing: "globals-not-set" }, "globals-not-set", {
      phase: "close",
    }),
    row("opening needs no verification", { closing: "open-not-proven" }, {}, { phase: "open" }),
    row("before its turn", { predecessor: "not-closed" }, "predecessor-not-closed"),
    {
      name: "a later wave, after the earlier environment changed",
      rollout: { ...paused, recorded: ["backup"] },
      event: second,
      situation: { predecessor: "not-closed" },
      becomes: { state: { kind: "dispatching", wave: 2 } },
    },
    row(
      "a rollback, which waits for no other environment",
      { predecessor: "not-closed" },
      {},
      {
        restores: true,
      },
    ),
    row("another wave", {}, "wrong-wave", paused),
    { name: "soaking", rollout: paused, event: second, situation: { at: 999 }, becomes: "soaking" },
    { name: "not recorded", rollout: paused, event: second, becomes: "record-missing" },
    {
      name: "soaked and recorded",
      rollout: { ...paused, recorded: ["backup"] },
      event: second,
      becomes: { state: { kind: "dispatching", wave: 2 } },
    },
    {
      name: "during the search for the run",
      rollout: { state: states.unknown },
      event: events.dispatch,
      situation: { search: "under-way" },
      becomes: "run-may-exist",
    },
    {
      name: "past the last wave",
      rollout: { state: { kind: "paused", judged: 3, since: 0 }, recorded: ["backup"] },
      event: { kind: "dispatch", wave: 4 },
      becomes: "wrong-wave",
    },
  ]);
});

describe("other events", () => {
  const aborting = (run: number | null) => ({ kind: "aborting", wave: 1, run, by: "ben" }) as const;
  const late = { at: expiresAt };
  testGuards([
    {
      name: "revoke by a person who did not approve",
      event: { kind: "revoke", by: "carl" },
      becomes: "not-approver",
    },
    {
      name: "withdraw by a requester who left all groups",
      rollout: { state: states.requested },
      event: events.withdraw,
      situation: standing({ group: "outside" }),
      becomes: { state: { kind: "withdrawn" } },
    },
    {
      name: "withdraw by another person",
      rollout: { state: states.requested },
      event: { kind: "withdraw", by: "carl", reason: "" },
      becomes: "not-requester",
    },
    {
      name: "withdraw by a requester who is no longer in the settings",
      event: events.withdraw,
      situation: standing({ isKnown: false }),
      becomes: "person-unknown",
    },
    { name: "expire too early", event: events.expire, becomes: "not-expired" },
    {
      name: "a lost run does not expire during the search",
      rollout: { state: states.unknown },
      event: events.expire,
      situation: { ...late, search: "under-way" },
      becomes: "run-may-exist",
    },
    {
      name: "a lost run that was never found locks",
      rollout: { state: states.unknown },
      event: events.expire,
      situation: late,
      becomes: { state: { kind: "expired", isLost: true } },
    },
    {
      name: "the same while aborting",
      rollout: { state: aborting(null) },
      event: events.expire,
      situation: late,
      becomes: { state: { kind: "expired", isLost: true } },
    },
    {
      name: "an answer for another wave",
      rollout: { state: states.dispatching },
      event: { kind: "accept", wave: 2, run: 7 },
      becomes: "wrong-wave",
    },
    ...([["accept"], ["find"]] as const).map(([kind]) => ({
      name: `${kind} after an abort`,
      rollout: { state: aborting(null) },
      event: { kind, wave: 1, run: 9 },
      becomes: { state: aborting(9) },
    })),
    {
      name: "a refusal after an abort",
      rollout: { state: aborting(null) },
      event: events.refuse,
      becomes: { state: { kind: "aborted", judged: 0, by: "ben" } },
    },
    {
      name: "a refusal for a run that is known",
      rollout: { state: aborting(7) },
      event: events.refuse,
      becomes: "not-dispatched",
    },
    {
      name: "no record that the terms do not require",
      rollout: { state: states.paused },
      event: { kind: "record", by: "carl", what: "restore" },
      becomes: "record-unknown",
    },
    {
      name: "resume by the person who aborted",
      rollout: { state: states.aborted },
      event: { kind: "resume", by: "ben" },
      becomes: "second-person",
    },
    {
      name: "resume too late",
      rollout: { state: states.aborted },
      event: events.resume,
      situation: late,
      becomes: "expired",
    },
    {
      name: "abort by a person outside the group",
      rollout: { state: states.running },
      event: events.abort,
      situation: standing({ group: "outside" }),
      becomes: "not-in-group",
    },
    {
      name: "abort by a requester in no group",
      rollout: { state: states.running },
      event: { kind: "abort", by: "anna", reason: "oh" },
      situation: standing({ group: "outside" }),
      becomes: { state: { kind: "aborting", wave: 1, run: 7, by: "anna" } },
    },
    {
      name: "abort while the groups cannot be read",
      rollout: { state: states.running },
      event: events.abort,
      situation: standing({ group: "unreadable" }),
      becomes: { state: { kind: "aborting", wave: 1, run: 7, by: "carl" } },
    },
    {
      name: "resume while the groups cannot be read",
      rollout: { state: states.aborted },
      event: events.resume,
      situation: standing({ group: "unreadable" }),
      becomes: "groups-unreadable",
    },
  ]);
});

test.each([
  ["requested", "awaits-approval"],
  ["approved", undefined],
  ["running", undefined],
  ["aborting", "aborting"],
  ["aborted", "aborted"],
  ["failed", "over"],
  ["revoked", "over"],
] as const)("a person may start to change a host by hand while %s: %s", (kind, reason) => {
  const byHand = [{ host: "w", file: null, recordedBy: [], recordedAt: null, verified: null }];
  const approvals = kind === "requested" ? [] : ["ben"];
  const rollout = makeRollout({ byHand, approvals, state: states[kind] });
  expect(refuseHands(rollout, makeSituation())).toBe(reason);
});
