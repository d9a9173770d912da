import { expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import { insist } from "../../../src/core/host/retry.ts";
import {
  recoverHost,
  type RecoverResult,
  type RecoveryCause,
  keepRecovering,
} from "../../../src/core/host/recover.ts";
import {
  applyRequest,
  bridge,
  desired,
  filesOf,
  recoverRequest,
} from "../../support/fakes/host/model-change.ts";
import {
  alive,
  createModelHost,
  createWorld,
  Killed,
  pass,
  portOf,
  readService,
  type Fate,
  type Fates,
  type World,
} from "../../support/fakes/host/model-host.ts";
import { phases, type Phase } from "../../../src/core/fleet/phase.ts";

const keys = ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"];

/** What must hold in the end: a complete, verified file, and the service runs with it. */
function expectBack(world: World, file: string, where: string): void {
  expect(world.disk.read("live"), where).toBe(file);
  for (const key of keys) {
    expect(portOf(world.running, key), `${where}: ${key}`).toBe(portOf(readService(file), key));
  }
  expect(world.journal, where).toBeUndefined();
  expect(world.disk.read("old"), where).toBeUndefined();
}

/** Leaves a change like a run that is killed after the effect with that name. */
async function leaveChange(phase: Phase, last: string): Promise<World> {
  const world = createWorld(filesOf[phase].before);
  let isLate = false;
  const fates: Fates = (effect) => {
    if (isLate) return { kind: "cut-before" };
    isLate = effect === last;
    return { kind: "works" };
  };
  await expect(applyChange(applyRequest(phase), createModelHost(world, fates))).rejects.toThrow(
    Killed,
  );
  world.effects = [];
  return world;
}

/** The timer and a boot continue by themselves; a person starts it again. */
async function recover(world: World, cause: RecoveryCause, fates: Fates): Promise<RecoverResult> {
  const clock = createModelHost(world).clock;
  return keepRecovering(
    async (turn) => {
      const as = turn > 0 && cause === "timer" ? "boot" : cause;
      const result = await recoverHost(
        recoverRequest(as),
        createModelHost(world, turn === 0 ? fates : alive),
      );
      // The process ended.
      if (world.holder !== undefined) world.holder.alive = false;
      return result;
    },
    { clock, tell: () => undefined, giveUpMs: undefined },
  );
}

const fails: Fate = { kind: "fails", reason: "EIO" };
const works: Fate = { kind: "works" };

/** Once, twice in a row, and the same effect again the next time. */
const patterns: Readonly<Record<string, (at: number, name: string) => Fates>> = {
  once: (at) => (_, index) => (index === at ? fails : works),
  "twice in a row": (at) => (_, index) => (index === at || index === at + 1 ? fails : works),
  "the same twice": (at, name) => {
    let left = 2;
    return (effect, index) => (index >= at && effect === name && left-- > 0 ? fails : works);
  },
};

const causes = ["timer", "boot", "person"] as const;
const places = ["journal replacing", "place fresh", "restart", "wait", "claim confirm"];

test.each(phases)(
  "each effect of recovery fails in the phase %s: the host is restored",
  async (phase) => {
    const { before, after } = filesOf[phase];
    let cases = 0;
    for (const cause of causes) {
      for (const place of places) {
        const count = await leaveChange(phase, place);
        await recover(count, cause, alive);
        for (const [at, name] of count.effects.entries()) {
          for (const [pattern, make] of Object.entries(patterns)) {
            const world = await leaveChange(phase, place);
            const result = await recover(world, cause, make(at, name));
            const where = `${cause} after ${place}, ${name} (${at}) fails ${pattern}: ${JSON.stringify(result)}`;
            expectBack(world, place === "claim confirm" ? after : before, where);
            cases++;
          }
        }
      }
    }
    expect(cases).toBeGreaterThan(500);
  },
);

test.each(phases)("each effect of the undo of a run fails in the phase %s", async (phase) => {
  const { before } = filesOf[phase];
  const start = (): World => {
    const world = createWorld(before);
    world.restarts = ["stays-down"];
    return world;
  };
  const count = start();
  await applyChange(applyRequest(phase), createModelHost(count));
  const first = count.effects.indexOf("claim undo");
  expect(first).toBeGreaterThan(0);
  for (let at = first; at < count.effects.length; at++) {
    const name = count.effects[at] ?? "";
    for (const [pattern, make] of Object.entries(patterns)) {
      const world = start();
      const result = await applyChange(applyRequest(phase), createModelHost(world, make(at, name)));
      if (world.holder !== undefined) world.holder.alive = false;
      const where = `${name} (${at}) fails ${pattern}: ${JSON.stringify(result)}`;
      if (world.journal !== undefined) await recover(world, "timer", alive);
      // With the old file the service fails to start once, so the bridge is tried.
      const isBridge = name === "restart" && pattern !== "the same twice";
      expectBack(world, isBridge ? bridge : before, where);
    }
  }
});

test("permanent write errors on a full disk do not prevent an undo", async () => {
  const needs = /^(take lock|claim|journal|backup|stage)/;
  for (const phase of phases) {
    for (const cause of causes) {
      const world = await leaveChange(phase, "place fresh");
      world.running = undefined;
      const result = await recoverHost(
        recoverRequest(cause),
        createModelHost(world, (effect) => (needs.test(effect) ? fails : works)),
      );
      expect(result).toMatchObject({ kind: "restored", file: "old" });
      expectBack(world, filesOf[phase].before, cause);
    }
  }
});

test("a host that cannot be queried is not reported as lost, and nothing is done", async () => {
  const world = await leaveChange("close", "place fresh");
  const fates: Fates = (effect) => (effect === "read journal" ? fails : works);
  const result = await recoverHost(recoverRequest("person"), createModelHost(world, fates));
  expect(result).toEqual({ kind: "unasked", reason: "the journal cannot be read: EIO" });
  expect(world.effects).not.toContain("take lock");
  // If nothing can be changed without the lock, nothing is tried without it either.
  const host = createModelHost(world, (effect) => (effect === "take lock" ? fails : works));
  const lock = { ...host.lock, isNeeded: true };
  expect(await recoverHost(recoverRequest("person"), { ...host, lock })).toEqual({
    kind: "unasked",
    reason: "EIO",
  });
  expect(world.disk.read("live")).toBe(desired);
});

test("an effect with its own long retries, like a lost connection, is not retried", async () => {
  const world = createWorld(bridge);
  const { clock } = createModelHost(world);
  let calls = 0;
  const fail = (takes: number) => async () => {
    calls++;
    pass(world, takes);
    return { kind: "failed", reason: `${calls}` } as const;
  };
  expect(await insist(fail(60_000), clock)).toEqual({ kind: "failed", reason: "1" });
  expect(await insist(fail(100), clock)).toEqual({ kind: "failed", reason: "4" });
});

test("an undo does not end with a new file that cannot be replaced", async () => {
  const world = await leaveChange("close", "wait");
  const fates: Fates = (effect) => (/^(place|stage)/.test(effect) ? fails : works);
  const result = await recoverHost(recoverRequest("person"), createModelHost(world, fates));
  expect(result).toMatchObject({ kind: "pending", file: "foreign" });
  expect(world.journal).toBeDefined();
  expect(await recover(world, "boot", alive)).toMatchObject({ kind: "restored", file: "old" });
  expectBack(world, bridge, "then");
});

test.each(["hangs", "old-config"] as const)(
  "a restart that %s leaves the service with the config that it had read, which is not restored",
  async (fault) => {
    const world = await leaveChange("close", "wait");
    // Only HTTPS is open: reachable, and not what the file says.
    expect(portOf(world.running, "STPD_HTTP_PORT")).toBeUndefined();
    world.restarts = [fault, fault, fault];
    const result = await recoverHost(recoverRequest("person"), createModelHost(world));
    expect(result).toMatchObject({ kind: "pending", file: "old" });
    expect(world.disk.read("live")).toBe(bridge);
    expect(await recover(world, "boot", alive)).toMatchObject({ kind: "restored", file: "old" });
    expectBack(world, bridge, "then");
  },
);

test("a restart that fails once is retried with the same file", async () => {
  const world = await leaveChange("open", "wait");
  world.restarts = ["hangs"];
  const result = await recoverHost(recoverRequest("person"), createModelHost(world));
  expect(result).toMatchObject({ kind: "restored", file: "old" });
  expectBack(world, filesOf.open.before, "open");
});

test("a check that fails for a moment does not interrupt a backup", async () => {
  const world = await leaveChange("close", "wait");
  world.busyUntil = world.elapsed + 20_000;
  let looks = 0;
  const fates: Fates = (effect) => (effect === "see" && looks++ < 2 ? fails : works);
  const restarted: number[] = [];
  const host = createModelHost(world, (effect, index) => {
    if (effect === "restart") restarted.push(world.elapsed - world.busyUntil);
    return fates(effect, index);
  });
  expect(await recoverHost(recoverRequest("person"), host)).toMatchObject({ kind: "restored" });
  expect(restarted).toHaveLength(1);
  expect(restarted[0]).toBeGreaterThanOrEqual(0);
});

test("retries are reported when they change, and given up only if nothing is known", async () => {
  const world = createWorld(bridge);
  const { clock } = createModelHost(world);
  const results: RecoverResult[] = [
    { kind: "stuck", answer: "bad", notes: [] },
    { kind: "stuck", answer: "bad", notes: [] },
    { kind: "unasked", reason: "no route" },
    { kind: "unasked", reason: "no route" },
    { kind: "confirmed" },
  ];
  const told: string[] = [];
  const tell = ({ kind }: RecoverResult): void => void told.push(kind);
  const next = async (turn: number): Promise<RecoverResult> =>
    results[turn] ?? { kind: "confirmed" };
  expect(await keepRecovering(next, { clock, tell, giveUpMs: undefined })).toEqual({
    kind: "confirmed",
  });
  expect(told).toEqual(["stuck", "unasked", "confirmed"]);
  // One minute, two, four, eight.
  expect(world.elapsed).toBe(15 * 60_000);
  const last = await keepRecovering(next, { clock, tell, giveUpMs: 1000 });
  expect(last).toEqual({ kind: "unasked", reason: "no route" });
});
