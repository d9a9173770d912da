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
  cutPower,
  hash,
  Killed,
  portOf,
  readService,
  type Fate,
  type Fates,
  type World,
} from "../../support/fakes/host/model-host.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

const phases: readonly Phase[] = ["open", "close"];
const cuts = ["cut-before", "cut-within", "cut-after"] as const;

const cutAt =
  (at: number, kind: Fate["kind"]): Fates =>
  (_, index) =>
    index === at && kind !== "fails" ? { kind } : { kind: "works" };

/** Runs until it ends or is killed; true if it ended by itself. */
async function survive(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

/** After a kill: if no undo will run, none must be needed. */
function expectSafeUntilNow(world: World, phase: Phase, where: string): void {
  const { before, after } = filesOf[phase];
  if (world.timer !== undefined || world.decisions.get("change-1") === "confirm") return;
  const live = world.disk.read("live");
  const isSettled = world.journal === undefined ? [before, after] : [before];
  expect(isSettled, where).toContain(live);
  expect(hasDataPort(world), where).toBe(true);
}

function hasDataPort({ running }: World): boolean {
  return ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"].some(
    (key) => portOf(running, key) !== undefined,
  );
}

/** What must hold in the end, in any case. */
function expectWhole(world: World, phase: Phase, where: string): void {
  const { before, after } = filesOf[phase];
  const live = world.disk.read("live");
  expect([before, after], where).toContain(live);
  expect(hasDataPort(world), where).toBe(true);
  // The service runs the file in place.
  for (const key of ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"]) {
    expect(portOf(world.running, key), where).toBe(portOf(readService(live), key));
  }
  if (live === after) expect(world.backups.get(hash(before)), where).toBe(before);
  expect(world.journal, where).toBeUndefined();
  expect(world.disk.read("old"), where).toBeUndefined();
  expect(world.disk.read("fresh"), where).toBeUndefined();
  expect(world.timer, where).toBeUndefined();
}

async function countEffects(phase: Phase): Promise<readonly string[]> {
  const world = createWorld(filesOf[phase].before);
  const result = await applyChange(applyRequest(phase), createModelHost(world));
  expect(result).toMatchObject({ kind: "confirmed", already: false });
  expectWhole(world, phase, "uncut");
  expect(world.disk.read("live")).toBe(filesOf[phase].after);
  return world.effects;
}

test("the effects are in the order that the guarantees depend on", async () => {
  const effects = (await countEffects("open")).filter(
    (name) => !/^(read|look|own|ask|is|see|wait|find|take)/.test(name),
  );
  expect(effects).toEqual([
    "backup",
    "backup",
    "backup",
    "journal prepared",
    "arm",
    "tidy",
    "stage",
    "keep",
    "sync",
    "journal replacing",
    "place fresh",
    "sync",
    "restart",
    "claim confirm",
    "tidy",
    "disarm",
    "clear journal",
    "prune",
    "release",
  ]);
});

/** Cuts at one place of apply, then cuts recovery at every place, and then lets it finish. */
async function cutTwice(phase: Phase, at: number, kind: Fate["kind"]): Promise<number> {
  let cases = 0;
  for (const end of ["timer", "person", "power 0", "power 1", "power 9"]) {
    const isPower = end.startsWith("power");
    for (let second = -1; ; second++) {
      const where = `${phase}, ${kind} effect ${at}, then ${end}, cut again at ${second}`;
      const world = createWorld(filesOf[phase].before);
      await survive(() =>
        applyChange(applyRequest(phase), createModelHost(world, cutAt(at, kind))),
      );
      expectSafeUntilNow(world, phase, where);
      if (isPower) cutPower(world, Number(end.slice(6)));
      const cause = isPower ? "boot" : end === "timer" ? "timer" : "person";
      let isThrough = false;
      if (second >= 0) {
        const host = createModelHost(world, cutAt(second, "cut-after"));
        isThrough = await survive(() => recoverHost(recoverRequest(cause), host));
        if (isPower && second % 2 === 1) cutPower(world, second % 3);
      }
      // The systemd timer is gone once it has fired; a boot or a person starts recovery again.
      const last = cause === "timer" && second >= 0 ? "person" : cause;
      const result = await recoverHost(recoverRequest(last), createModelHost(world));
      expect(["nothing", "confirmed", "restored"], where).toContain(result.kind);
      if (result.kind !== "nothing") expectWhole(world, phase, where);
      else if (second < 0 || isThrough) expectSafeUntilNow(world, phase, where);
      cases++;
      if (isThrough) break;
    }
  }
  return cases;
}

test.each(phases)("cut anywhere in the phase %s, and again in recovery", async (phase) => {
  const effects = await countEffects(phase);
  let cases = 0;
  for (let at = 0; at < effects.length; at++) {
    for (const kind of cuts) cases += await cutTwice(phase, at, kind);
  }
  expect(cases).toBeGreaterThan(2000);
});

test("a confirmed change stays, and an unconfirmed one is undone", async () => {
  const effects = await countEffects("close");
  const confirmed = effects.indexOf("claim confirm");
  for (const [at, expected] of [
    [confirmed - 1, bridge],
    [confirmed, desired],
  ] as const) {
    const world = createWorld(bridge);
    await survive(() =>
      applyChange(applyRequest("close"), createModelHost(world, cutAt(at, "cut-after"))),
    );
    await recoverHost(recoverRequest("timer"), createModelHost(world));
    expect(world.disk.read("live")).toBe(expected);
    expectWhole(world, "close", effects[at] ?? "");
  }
});
