import { expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import { recoverHost } from "../../../src/core/host/recover.ts";
import {
  applyRequest,
  bridge,
  desired,
  filesOf,
  recoverRequest,
} from "../../support/fakes/host/model-change.ts";
import {
  createModelHost,
  createWorld,
  Killed,
  pass,
  portOf,
  readService,
  type Fates,
  type World,
} from "../../support/fakes/host/model-host.ts";
import { createScheduler } from "../../support/fakes/host/scheduler.ts";

/** Runs a hook just before the first effect with a given name; everything else works. */
function before(name: string, happen: (world: World) => void, world: World): Fates {
  let isDone = false;
  return (effect) => {
    if (effect === name && !isDone) {
      isDone = true;
      happen(world);
    }
    return { kind: "works" };
  };
}

const claimUndo = (world: World): void => void world.decisions.set("change-1", "undo");
const takeOver = (world: World): void => void (world.holder = { process: 99, alive: true });

test("a change that the timer has claimed is not confirmed", async () => {
  const world = createWorld(bridge);
  const fates = before("claim confirm", claimUndo, world);
  const result = await applyChange(applyRequest("close"), createModelHost(world, fates));
  expect(result).toEqual({ kind: "overtaken" });
  // The timer uses the journal.
  expect(world.journal?.stage).toBe("replacing");
  expect(world.decisions.get("change-1")).toBe("undo");
  expect(world.timer).toBeDefined();
});

test.each([
  ["the timer has claimed the change", claimUndo],
  ["another run has the lock", takeOver],
])("the file is not replaced once %s", async (_, happen) => {
  for (const phase of ["open", "close"] as const) {
    const world = createWorld(filesOf[phase].before);
    const fates = before("journal replacing", happen, world);
    const result = await applyChange(applyRequest(phase), createModelHost(world, fates));
    expect(result).toEqual({ kind: "overtaken" });
    expect(world.effects).not.toContain("place fresh");
    expect(world.effects).not.toContain("restart");
    expect(world.disk.read("live")).toBe(filesOf[phase].before);
  }
});

test("refuses the change if an armed timer is missing", async () => {
  const world = createWorld(bridge);
  const fates = before("is armed", () => (world.timer = undefined), world);
  const result = await applyChange(applyRequest("close"), createModelHost(world, fates));
  expect(result).toMatchObject({ kind: "refused", refusal: { code: "no-timer" } });
  expect(world.effects).not.toContain("place fresh");
  expect(world.disk.read("live")).toBe(bridge);
  expect(world.journal).toBeUndefined();
});

test("reports why the lock cannot be taken", async () => {
  const world = createWorld(bridge);
  const fates: Fates = (effect) =>
    effect === "take lock" ? { kind: "fails", reason: "no rights" } : { kind: "works" };
  const result = await applyChange(applyRequest("close"), createModelHost(world, fates));
  expect(result).toMatchObject({
    kind: "refused",
    refusal: { code: "lock-unwritable", message: expect.stringContaining("no rights") },
  });
});

/** STPD as its own watchdog or an update restarts it. */
function startByItself(world: World): void {
  pass(world, 1000);
  world.running = readService(world.disk.read("live"));
  world.startedAt = world.timeOfDay;
  world.starts++;
}

test.each(["sync", "read old", "ask busy"])(
  "a service that starts by itself with the new file does not keep it (%s)",
  async (moment) => {
    const world = createWorld(bridge);
    let isPlaced = false;
    const fates: Fates = (effect) => {
      if (isPlaced && effect === moment && world.busyUntil < 0) {
        startByItself(world);
        world.busyUntil = Infinity;
      }
      isPlaced ||= effect === "place fresh";
      return { kind: "works" };
    };
    const result = await applyChange(applyRequest("close"), createModelHost(world, fates));
    // A backup uses HTTPS, so the restart must wait; the old ports are still closed.
    expect(result).toMatchObject({ kind: "undone", result: { kind: "pending", file: "old" } });
    expect(world.disk.read("live")).toBe(bridge);
    expect(portOf(world.running, "STPD_HTTP_PORT")).toBeUndefined();
    expect(world.journal).toBeDefined();
    expect(world.timer).toBeDefined();
    world.busyUntil = -1;
    const later = await recoverHost(recoverRequest("timer"), createModelHost(world));
    expect(later).toMatchObject({ kind: "restored", file: "old" });
    expect(portOf(world.running, "STPD_HTTP_PORT")).toBe(11000);
  },
);

test("an undo does not restart a service that still runs the old file", async () => {
  const world = createWorld(bridge);
  const fates = before("sync", () => undefined, world);
  const result = await applyChange(
    applyRequest("close"),
    createModelHost(world, (effect, index) => {
      if (effect === "place fresh") world.busyUntil = world.elapsed + 1;
      return fates(effect, index);
    }),
  );
  expect(result).toMatchObject({ kind: "undone", result: { kind: "restored", file: "old" } });
  expect(world.effects).not.toContain("restart");
  expect(world.disk.read("live")).toBe(bridge);
});

test("a boot waits for a run that holds the lock for a moment, and then undoes", async () => {
  const world = createWorld(bridge);
  const scheduler = createScheduler(world);
  await expect(
    applyChange(
      applyRequest("close"),
      createModelHost(world, (_, index) =>
        world.effects[index - 1] === "place fresh" ? { kind: "cut-before" } : { kind: "works" },
      ),
    ),
  ).rejects.toThrow(Killed);
  expect(world.disk.read("live")).toBe(desired);
  world.holder = { process: 99, alive: true };
  const seen = { waits: 0 };
  const host = createModelHost(world, undefined, async (milliseconds) => {
    if (++seen.waits === 20) world.holder = undefined;
    await scheduler.wait(milliseconds);
  });
  const recovering = recoverHost(recoverRequest("boot"), host);
  await scheduler.run([recovering]);
  expect(await recovering).toMatchObject({ kind: "restored", file: "old" });
  expect(world.disk.read("live")).toBe(bridge);
});

test("a boot does not wait forever for one run, and never kills it", async () => {
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
  const result = await recoverHost(recoverRequest("boot"), createModelHost(world));
  expect(result).toMatchObject({ kind: "refused", refusal: { code: "another-apply" } });
  expect(world.elapsed).toBeGreaterThanOrEqual(40_000);
  expect(world.effects).not.toContain("seize");
});
