import { expect, test } from "vitest";
import { listStateChanges } from "../../../../build/rollout-states.ts";
import { advance, transitions } from "../../../../src/core/rollout/state/transition-table.ts";
import { reasons } from "../../../../src/core/base/reasons.ts";
import type { EventKind, StateKind } from "../../../../src/core/rollout/state/rollout.ts";
import {
  events,
  expiresAt,
  makeRollout,
  makeSituation,
  states,
} from "../../../support/builders/rollout-states.ts";

/** The state after an event that nothing else prevents, or the reason. */
const table: Readonly<Record<StateKind, Readonly<Record<EventKind, string>>>> = (() => {
  const names: readonly EventKind[] = [
    "approve",
    "deny",
    "withdraw",
    "revoke",
    "supersede",
    "expire",
    "dispatch",
    "accept",
    "refuse",
    "lose",
    "find",
    "judge",
    "record",
    "abort",
    "resume",
  ];
  const rows: Readonly<Record<StateKind, string>> = {
    requested:
      "approved denied withdrawn awaits-approval superseded expired awaits-approval not-dispatched not-dispatched not-dispatched not-dispatched no-wave-at-work not-paused denied not-aborted",
    approved:
      "approved-already approved-already withdrawn revoked rollout-at-work expired dispatching not-dispatched not-dispatched not-dispatched not-dispatched no-wave-at-work not-paused revoked not-aborted",
    dispatching:
      "approved-already under-way under-way under-way rollout-at-work run-may-exist wave-at-work running paused unknown running no-wave-at-work not-paused aborting not-aborted",
    unknown:
      "approved-already under-way under-way under-way rollout-at-work expired dispatching not-dispatched not-dispatched not-dispatched running no-wave-at-work not-paused aborting not-aborted",
    running:
      "approved-already under-way under-way under-way rollout-at-work wave-at-work wave-at-work not-dispatched not-dispatched not-dispatched not-dispatched paused not-paused aborting not-aborted",
    aborting:
      "approved-already under-way under-way under-way rollout-at-work wave-at-work aborting! not-dispatched not-dispatched aborting not-dispatched aborted not-paused aborting! aborting!",
    paused:
      "approved-already under-way under-way under-way rollout-at-work expired dispatching not-dispatched not-dispatched not-dispatched not-dispatched no-wave-at-work paused aborted not-aborted",
    aborted:
      "approved-already aborted! aborted! aborted! superseded expired aborted! not-dispatched not-dispatched not-dispatched not-dispatched no-wave-at-work aborted! aborted! paused",
    succeeded: "over ".repeat(15),
    failed: "over ".repeat(15),
    denied: "over ".repeat(15),
    expired: "over ".repeat(15),
    withdrawn: "over ".repeat(15),
    superseded: "over ".repeat(15),
    revoked: "over ".repeat(15),
  };
  const read = (row: string) =>
    Object.fromEntries(
      row
        .trim()
        .split(" ")
        .map((word, index) => [names[index], word]),
    );
  return Object.fromEntries(
    Object.entries(rows).map(([state, row]) => [state, read(row)]),
  ) as never;
})();

const eventNames = Object.keys(events) as readonly EventKind[];
const pairs = (Object.keys(states) as readonly StateKind[]).flatMap((state) =>
  eventNames.map((event) => ({ state, event, outcome: table[state][event] })),
);

test("the table contains every state with every event", () => {
  expect(pairs).toHaveLength(15 * 15);
  expect(pairs.filter(({ outcome }) => outcome === undefined)).toEqual([]);
});

test.each(pairs)("$state, $event: $outcome", ({ state, event, outcome }) => {
  const isLate = event === "expire";
  const approvals = state === "requested" ? [] : ["ben"];
  const rollout = makeRollout({ state: states[state], approvals });
  const situation = makeSituation(isLate ? { at: expiresAt } : {});
  const result = advance(rollout, events[event], situation);
  // `!` marks a reason with the name of a state.
  const isReason = outcome.endsWith("!") || (outcome in reasons && !(outcome in states));
  if (isReason) {
    expect(result).toEqual({ kind: "refused", reason: outcome.replace("!", "") });
  } else expect(result).toMatchObject({ kind: "moved", rollout: { state: { kind: outcome } } });
});

test("the diagram has an arrow for each cell that changes the state, and none for a refusal", () => {
  const drawn = new Set(listStateChanges().map(({ from, event }) => `${from} ${event}`));
  const moving = pairs.filter(({ state, event }) => "move" in transitions[state][event]);
  expect([...drawn].toSorted()).toEqual(
    moving.map(({ state, event }) => `${state} ${event}`).toSorted(),
  );
});
