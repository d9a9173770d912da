import { expect, test } from "vitest";
import { applyChange, type ApplyResult } from "../../../src/core/host/apply.ts";
import { recoverHost, type RecoverResult } from "../../../src/core/host/recover.ts";
import {
  applyRequest,
  bridge,
  desired,
  recoverRequest,
} from "../../support/fakes/host/model-change.ts";
import {
  createModelHost,
  createWorld,
  portOf,
  type Fates,
} from "../../support/fakes/host/model-host.ts";
import { createScheduler } from "../../support/fakes/host/scheduler.ts";

/** Starts recovery by the timer at each effect of a run that keeps running. */
async function fireAt(at: number): Promise<{
  readonly applied: ApplyResult;
  readonly recovered: RecoverResult | undefined;
  readonly live: string | undefined;
  readonly port: number | undefined;
}> {
  const world = createWorld(bridge);
  const scheduler = createScheduler(world);
  const results: { applied?: ApplyResult; recovered?: RecoverResult } = {};
  const timers: Promise<unknown>[] = [];
  const fates: Fates = (_, index) => {
    if (index === at) {
      const host = createModelHost(world, undefined, scheduler.wait);
      timers.push(
        recoverHost(recoverRequest("timer"), host).then((result) => (results.recovered = result)),
      );
    }
    return { kind: "works" };
  };
  const run = applyChange(
    applyRequest("close"),
    createModelHost(world, fates, scheduler.wait),
  ).then((result) => (results.applied = result));
  await scheduler.run([run]);
  await scheduler.run(timers);
  if (results.applied === undefined) throw new Error("the run did not end");
  expect(world.journal, String(at)).toBeUndefined();
  expect(portOf(world.running, "STPD_HTTPS_PORT"), String(at)).toBe(11443);
  return {
    applied: results.applied,
    recovered: results.recovered,
    live: world.disk.read("live"),
    port: portOf(world.running, "STPD_HTTP_PORT"),
  };
}

test("the timer fires while the run works: one of them decides", async () => {
  const kinds = new Set<string>();
  for (let at = 0; at < 60; at++) {
    const { applied, recovered, live, port } = await fireAt(at);
    const where = `${at}: ${JSON.stringify(applied)} ${JSON.stringify(recovered)}`;
    if (applied.kind === "confirmed") {
      expect(live, where).toBe(desired);
      expect(port, where).toBeUndefined();
    } else {
      expect(live, where).toBe(bridge);
      expect(port, where).toBe(11000);
    }
    kinds.add(applied.kind);
  }
  expect([...kinds].toSorted()).toEqual(["confirmed", "overtaken"]);
});

test("the timer kills a run that hangs", async () => {
  const world = createWorld(bridge);
  const scheduler = createScheduler(world);
  const fates: Fates = () => ({ kind: "works" });
  const seen = { isHanging: false };
  const host = createModelHost(world, fates, (milliseconds) => {
    seen.isHanging = true;
    return milliseconds > 0 ? new Promise(() => {}) : scheduler.wait(0);
  });
  void applyChange(applyRequest("close"), host);
  while (!seen.isHanging) await new Promise((resolve) => setImmediate(resolve));
  expect(world.disk.read("live")).toBe(desired);
  const recovered = recoverHost(
    recoverRequest("timer"),
    createModelHost(world, fates, scheduler.wait),
  );
  await scheduler.run([recovered]);
  expect(await recovered).toMatchObject({ kind: "restored", file: "old" });
  expect(world.disk.read("live")).toBe(bridge);
  expect(world.effects).toContain("seize");
});

test("recovery by hand does not disturb a live run", async () => {
  const world = createWorld(bridge);
  world.holder = { process: 99, alive: true };
  world.journal = {
    schemaVersion: 1,
    id: "change-1",
    host: "host",
    phase: "close",
    stage: "replacing",
    startedAt: "",
    before: "",
    after: "",
    bridge: null,
    authority: "ticket",
  };
  const result = await recoverHost(recoverRequest("person"), createModelHost(world));
  expect(result).toMatchObject({ kind: "refused", refusal: { code: "another-apply" } });
  expect(world.decisions.size).toBe(0);
});
