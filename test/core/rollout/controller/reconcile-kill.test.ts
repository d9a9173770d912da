import { expect, test } from "vitest";
import { isOver } from "../../../../src/core/rollout/state/rollout.ts";
import {
  reconcile,
  type ReconcileTools,
} from "../../../../src/core/rollout/controller/reconcile.ts";
import {
  approveRollout,
  killAt,
  killed,
  makeControlBench,
  type ControlBench,
  type Effect,
} from "../../../support/harness/control.ts";

/** Starts a new controller each time one was killed. */
async function runKilled(bench: ControlBench, effect: Effect): Promise<boolean> {
  try {
    await bench.runUntil(bench.controller(effect), isOver);
    return false;
  } catch (error) {
    if (error !== killed) throw error;
  }
  bench.later(60);
  await bench.runUntil(bench.controller(), isOver);
  return true;
}

async function expectWhole(bench: ControlBench): Promise<void> {
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2, 3]);
  expect([...bench.model.changes.values()]).toEqual([1, 1, 1]);
  expect(await bench.audit()).toEqual([]);
}

test.each(["before", "after"] as const)(
  "killed %s any effect, the next controller finishes it, and nothing is lost or duplicated",
  async (when) => {
    const whole = await makeControlBench();
    await approveRollout(whole);
    const counter = killAt(-1, when);
    await runKilled(whole, counter);
    expect((await whole.rollout()).state).toEqual({ kind: "succeeded" });
    await expectWhole(whole);
    expect(counter.count()).toBeGreaterThan(40);
    for (let effect = 0; effect < counter.count(); effect++) {
      const bench = await makeControlBench();
      await approveRollout(bench);
      expect(await runKilled(bench, killAt(effect, when))).toBe(true);
      expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
      await expectWhole(bench);
    }
  },
);

test.each(["one key", "keys of their own"])(
  "three concurrent controllers, with %s, do what one does",
  async (keys) => {
    const bench = await makeControlBench();
    await approveRollout(bench);
    const own = keys === "one key" ? [0, 0, 0] : [0, 1, 1];
    const controllers: readonly ReconcileTools[] = own.map((key) =>
      bench.controller(undefined, bench.keys[key]),
    );
    while (!isOver((await bench.rollout()).state)) {
      await Promise.all(controllers.map(reconcile));
      bench.later(30);
    }
    expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
    await expectWhole(bench);
  },
);
