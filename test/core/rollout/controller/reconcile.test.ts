import { expect, test } from "vitest";
import { isOver } from "../../../../src/core/rollout/state/rollout.ts";
import { decideRollout } from "../../../../src/core/rollout/controller/commands.ts";
import { publishKeys } from "../../../../src/core/rollout/ledger/commands.ts";
import { reconcile } from "../../../../src/core/rollout/controller/reconcile.ts";
import { approveRollout, makeControlBench, need } from "../../../support/harness/control.ts";

test("carries out an approved rollout, with one run per wave", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  expect(await reconcile(tools)).toEqual([{ kind: "moved", rollout: id, event: "accept" }]);
  expect(await reconcile(tools)).toEqual([{ kind: "waits", rollout: id, reason: "wave-at-work" }]);
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2, 3]);
  expect([...bench.model.changes]).toEqual([
    ["rds1", 1],
    ["rds2", 1],
    ["s1", 1],
  ]);
  const { ledger } = await tools.writer.read();
  expect([...ledger.hosts.values()].map(({ proven }) => proven?.rollout)).toEqual([id, id, id]);
  expect(await reconcile(tools)).toEqual([]);
});

test("sends nothing without approval, and expires what is not approved in time", async () => {
  const bench = await makeControlBench();
  const tools = bench.controller();
  const id = await approveRollout(bench);
  bench.members.delete("ben");
  expect(await reconcile(tools)).toEqual([
    { kind: "waits", rollout: id, reason: "approvals-missing" },
  ]);
  bench.later(30_000);
  await reconcile(tools);
  expect((await bench.rollout()).state).toEqual({ kind: "expired", isLost: false });
  expect(bench.model.started).toEqual([]);
});

test.each([
  ["target", { target: async () => "changed" as const }, "target-changed"],
  ["window", { window: () => "freeze-window" as const }, "freeze-window"],
])("a rollout waits because of the %s", async (_, change, reason) => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  Object.assign(bench.situation, change);
  expect(await reconcile(bench.controller())).toEqual([{ kind: "waits", rollout: id, reason }]);
  expect(bench.model.started).toEqual([]);
});

test("does not change a host that shares its key, because its report would not count", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  const [key, other] = bench.keys.map(({ publicKey }) => publicKey);
  if (key === undefined || other === undefined) throw new Error("there are two keys");
  const twins = ["rds1", "rds9"].map((host) => ({ host, ...key }));
  need(await tools.writer.write(publishKeys(twins)));
  expect(await reconcile(tools)).toEqual([{ kind: "waits", rollout: id, reason: "key-twice" }]);
  expect(bench.model.started).toEqual([]);
  need(await tools.writer.write(publishKeys([{ host: "rds9", ...other }])));
  expect(await reconcile(tools)).toEqual([{ kind: "moved", rollout: id, event: "accept" }]);
});

test.each([
  // An entry that it is unknown, and then the run that was found, or another dispatch.
  ["made", 12],
  ["unnamed", 12],
  ["lost", 13],
] as const)("an answer that is %s loses no wave, and runs none twice", async (fault, entries) => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  bench.model.faults.push(fault);
  await bench.runUntil(bench.controller(), isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2, 3]);
  const { ledger } = await bench.controller().writer.read();
  expect(ledger.sequence).toBe(entries);
});

test("a lost answer of the ledger delays nothing, and sends nothing twice", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  const tools = bench.controller();
  bench.store.faults.push("made");
  expect(await reconcile(tools)).toMatchObject([{ kind: "moved", event: "accept" }]);
  await bench.runUntil(tools, isOver);
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2, 3]);
  expect((await tools.writer.read()).ledger.sequence).toBe(11);
});

test("a run that is never found expires the rollout, and locks", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  bench.model.faults.push("lost");
  await reconcile(bench.controller());
  bench.later(30_000);
  await reconcile(bench.controller());
  expect((await bench.rollout()).state).toEqual({ kind: "expired", isLost: true });
  const { ledger } = await bench.controller().writer.read();
  expect(ledger.environments.get("production")?.locked?.requester).toBe("anna");
});

test("tries a refused dispatch again after a pause", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  bench.model.faults.push("refused");
  const tools = bench.controller();
  expect(await reconcile(tools)).toEqual([
    { kind: "moved", rollout: id, event: "refuse", refused: "404" },
  ]);
  expect(await reconcile(tools)).toEqual([
    { kind: "waits", rollout: id, reason: "not-dispatched" },
  ]);
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
});

test.each([
  ["bad", "wave 1: rds1 bad"],
  ["offline", "wave 1: rds1 not-started"],
  ["rubbish", "wave 1: rds1 unknown"],
  ["silent", "wave 1: rds1 unknown"],
] as const)("a host that is %s ends the rollout", async (kind, reason) => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  bench.model[kind].add("rds1");
  await bench.runUntil(bench.controller(), isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "failed", reason });
  expect(bench.model.started.length).toBe(1);
});

test("a deleted run verifies nothing", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  bench.model.gone.add(100);
  await bench.runUntil(bench.controller(), isOver);
  expect((await bench.rollout()).state).toEqual({
    kind: "failed",
    reason: "wave 1: rds1 unknown",
  });
});

test("an aborted rollout continues with the remaining hosts once a second person resumes it", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  await bench.runUntil(tools, ({ kind }) => kind === "running");
  need(await decideRollout(id, { kind: "abort", by: "ben", reason: "noise" }, tools));
  await bench.runUntil(tools, ({ kind }) => kind === "aborted");
  expect(await decideRollout(id, { kind: "resume", by: "ben" }, tools)).toMatchObject({
    reason: "second-person",
  });
  need(await decideRollout(id, { kind: "resume", by: "carl" }, tools));
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2, 3]);
});

test("an abort does not excuse a changed host without a report", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  bench.model.silent.add("rds1");
  await bench.runUntil(tools, ({ kind }) => kind === "running");
  need(await decideRollout(id, { kind: "abort", by: "ben", reason: "noise" }, tools));
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({
    kind: "failed",
    reason: "wave 1: rds1 unknown",
  });
});

test("a missing runner delays a wave for an hour, not for a day", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  const tools = bench.controller();
  bench.model.waiting.add("rds1");
  await bench.runUntil(tools, ({ kind }) => kind === "running");
  bench.later(3400);
  await reconcile(tools);
  expect(bench.model.ended).toEqual([]);
  bench.later(200);
  await bench.runUntil(tools, isOver);
  expect(bench.model.ended).toEqual([100]);
  expect((await bench.rollout()).state).toEqual({
    kind: "failed",
    reason: "wave 1: rds1 not-started",
  });
});

test("an aborted rollout does not wait for runners", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  bench.model.waiting.add("rds1");
  await bench.runUntil(tools, ({ kind }) => kind === "running");
  need(await decideRollout(id, { kind: "abort", by: "ben", reason: "noise" }, tools));
  await bench.runUntil(tools, ({ kind }) => kind === "aborted");
  expect(bench.model.ended).toEqual([100]);
  bench.model.waiting.clear();
  need(await decideRollout(id, { kind: "resume", by: "carl" }, tools));
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
});

test.each([new TypeError("runs is not iterable"), new Error("odd"), "a text"])(
  "an unexpected error (%s) ends the step of its rollout, and not the round",
  async (thrown) => {
    const bench = await makeControlBench();
    const id = await approveRollout(bench);
    const tools = bench.controller();
    await bench.runUntil(tools, ({ kind }) => kind === "running");
    const look = async (): Promise<never> => {
      throw thrown;
    };
    const broken = { ...tools, runs: { ...tools.runs, look } };
    expect(await reconcile(broken)).toEqual([{ kind: "failed", rollout: id, error: thrown }]);
    await bench.runUntil(tools, isOver);
    expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
  },
);
