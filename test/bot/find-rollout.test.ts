import { expect, test } from "vitest";
import { findEnded, findRollout, findVerifying } from "../../bot/controller/queries.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import { makeLedger } from "../support/builders/bot-fleet.ts";
import { makeRollout, states } from "../support/builders/rollout-states.ts";

const rollouts = [
  makeRollout({ id: "2026-11-4", environment: "lab" }),
  makeRollout({ id: "eu-west-open-5", environment: "eu-west", phase: "open" }),
  makeRollout({ id: "7-close-15", environment: "7", phase: "close" }),
  makeRollout({ id: "lab-open-7", environment: "lab", phase: "open" }),
];
const ledger = makeLedger({
  rollouts: new Map(rollouts.map((one) => [one.id, one])),
  environments: new Map([
    ["7", { ...newEnvironment("7"), rollout: { id: "7-close-15", replaceable: true } }],
  ]),
});

test.each([
  ["2026-11-4", "2026-11-4"],
  ["eu-west-open-5", "eu-west-open-5"],
  ["5", "eu-west-open-5"],
  ["15", "7-close-15"],
  // An environment of that name comes first.
  ["7", "7-close-15"],
  ["4", undefined],
  ["05", undefined],
  ["open-5", undefined],
  ["lab", undefined],
])("%s names %s", (target, id) => {
  expect(findRollout(target, { ledger })?.id).toBe(id);
});

const ended = [
  makeRollout({ id: "lab-close-1", environment: "lab", phase: "close", done: ["a"] }),
  makeRollout({ id: "lab-open-2", environment: "lab", done: ["a"], restores: true }),
  makeRollout({ id: "lab-close-3", environment: "lab", phase: "close", state: states.failed }),
  makeRollout({ id: "lab-close-4", environment: "lab", phase: "close", state: states.withdrawn }),
];
const history = makeLedger({ rollouts: new Map(ended.map((one) => [one.id, one])) });

test.each([
  // Rolling back the rollback would deploy the newer files again.
  { target: "lab", rest: "lab-close-3", rollback: "lab-close-1" },
  { target: "2", rest: "lab-open-2", rollback: "lab-open-2" },
  { target: "lab-close-3", rest: "lab-close-3", rollback: "lab-close-3" },
  { target: "4", rest: "lab-close-4", rollback: "lab-close-4" },
  { target: "5", rest: undefined, rollback: undefined },
])("rest and rollback of $target", ({ target, rest, rollback }) => {
  expect(findEnded(target, history)?.id).toBe(rest);
  expect(findVerifying(target, history)?.id).toBe(rollback);
});
