import { expect, test } from "vitest";
import type { Controller } from "../../bot/controller/controller.ts";
import { createLog } from "../../bot/runtime/log.ts";
import { createMetrics } from "../../bot/runtime/metrics-server.ts";
import { createRounds } from "../../bot/loops/reconcile-loop.ts";
import { requestPlan } from "../../src/core/rollout/controller/commands.ts";
import { makeControlBench, need } from "../support/harness/control.ts";
import { planned } from "../support/fakes/github/ledger.ts";

test("a verify run of an unexpected form does not end the round, and blocks no approver", async () => {
  const bench = await makeControlBench();
  const tools = bench.controller();
  need(await requestPlan({ by: "anna", planned }, tools));
  const { id } = await bench.rollout();
  bench.later(3600);
  const reminded: string[] = [];
  const verifyRuns = {
    newest: async () => {
      throw new TypeError("runs.filter is not a function");
    },
  };
  const rounds = createRounds({
    // Everything that these rounds request of it.
    controller: { ...tools, verifyRuns } as unknown as Controller,
    log: createLog("silent"),
    metrics: createMetrics(),
    random: () => 0,
    pollSeconds: 5,
    remindSeconds: 60,
    onRehearsed: async () => {},
    onMoved: async () => {},
    watchDrift: async () => {},
    onRemind: async (rollout) => void reminded.push(rollout),
  });
  await rounds.turn();
  expect(rounds.trouble()).toBeUndefined();
  expect(reminded).toEqual([id]);
});
