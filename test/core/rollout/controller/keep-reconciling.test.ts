import { expect, test } from "vitest";
import { isOver } from "../../../../src/core/rollout/state/rollout.ts";
import { HardenError } from "../../../../src/core/base/errors.ts";
import { keepReconciling } from "../../../../src/core/rollout/controller/keep-reconciling.ts";
import { reconcile } from "../../../../src/core/rollout/controller/reconcile.ts";
import { approveRollout, makeControlBench } from "../../../support/control.ts";

test("looks more and more rarely while nothing moves, and soon again once something did", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  const kinds: string[] = [];
  const waits: number[] = [];
  await keepReconciling(bench.controller(), {
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      bench.later(milliseconds / 1000);
    },
    random: () => 0,
    report: (steps) => {
      kinds.push(steps.map(({ kind }) => kind).join());
      return kinds.length < 8;
    },
  });
  // Sent, at work twice, judged, and the soak.
  expect(kinds.slice(0, 5)).toEqual(["moved", "waits", "waits", "moved", "waits"]);
  expect(waits).toEqual([3750, 7500, 15_000, 3750, 7500, 15_000, 30_000]);
});

test("what fails for one rollout is said, and done the next time", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  const error = new HardenError("broke", "GitHub did not answer", "Wait.");
  const target = bench.situation.target;
  bench.situation.target = async () => {
    throw error;
  };
  expect(await reconcile(tools)).toEqual([{ kind: "failed", rollout: id, error }]);
  bench.situation.target = target;
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
});

test.each(["before", "after"] as const)(
  "a run that turns up %s its wave was sent again changes nothing a second time",
  async (when) => {
    const bench = await makeControlBench();
    await approveRollout(bench);
    bench.model.faults.push(when === "before" ? "late-before" : "late-after");
    await bench.runUntil(bench.controller(), isOver);
    expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
    expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 1, 2, 3]);
    expect([...bench.model.changes.values()]).toEqual([1, 1, 1]);
    expect(bench.model.refused).toEqual(when === "before" ? [] : ["rds1"]);
  },
);
