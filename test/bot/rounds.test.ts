import { expect, test } from "vitest";
import type { Controller } from "../../bot/controller/controller.ts";
import { createLog } from "../../bot/runtime/log.ts";
import { createMetrics } from "../../bot/runtime/metrics-server.ts";
import { createRounds } from "../../bot/loops/reconcile-loop.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import { requestPlan } from "../../src/core/rollout/controller/commands.ts";
import { makeControlBench, need } from "../support/harness/control.ts";
import { planned } from "../support/fakes/github/ledger.ts";

/** The controller is everything that these rounds request of it. */
function makeRounds(controller: object, onRemind: (rollout: string) => Promise<void>) {
  return createRounds({
    controller: controller as Controller,
    log: createLog("silent"),
    metrics: createMetrics(),
    random: () => 0,
    pollSeconds: 5,
    remindSeconds: 60,
    onRehearsed: async () => {},
    onMoved: async () => {},
    watchDrift: async () => {},
    onRemind,
  });
}

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
  const onRemind = async (rollout: string): Promise<void> => void reminded.push(rollout);
  const rounds = makeRounds({ ...tools, verifyRuns }, onRemind);
  await rounds.turn();
  expect(rounds.trouble()).toBeUndefined();
  expect(reminded).toEqual([id]);
});

test("GitHub's words are shown without control characters", async () => {
  const tools = (await makeControlBench()).controller();
  const read = async (): Promise<never> => {
    throw new HardenError("broke", 'GitHub refused it: "\u001b[2Jok"', "");
  };
  const rounds = makeRounds({ ...tools, writer: { ...tools.writer, read } }, async () => {});
  await rounds.turn();
  expect(rounds.trouble()).toBe(String.raw`GitHub refused it: "\x1b[2Jok"`);
});
