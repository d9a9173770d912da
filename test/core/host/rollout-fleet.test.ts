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
  alive,
  createModelHost,
  createWorld,
  cutPower,
  Killed,
  portOf,
  type Fates,
  type World,
} from "../../support/fakes/host/model-host.ts";
import { now as today } from "../../support/builders/observations.ts";
import { createRandom, type Random } from "../../support/builders/random.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

/** What happens to a host during a phase, and the report that it must give. */
const troubles = [
  "kill",
  "power",
  "error",
  "restart",
  "neighbour",
  "busy",
  "edit",
  "clock",
] as const;
type Trouble = (typeof troubles)[number];

function bringTrouble(trouble: Trouble, world: World, random: Random): Fates {
  const at = random.below(36);
  return (_, index) => {
    if (index !== at) return { kind: "works" };
    switch (trouble) {
      case "kill":
      case "power":
        return { kind: random.pick(["cut-before", "cut-within", "cut-after"] as const) };
      case "error":
        return { kind: "fails", reason: random.pick(["ENOSPC", "EACCES", "EIO", "EXDEV"]) };
      case "restart":
        world.restarts = [
          random.pick(["fails", "hangs", "old-config", "dies-later", "stays-down"] as const),
        ];
        break;
      case "neighbour":
        world.neighbour = true;
        break;
      case "busy":
        world.busyUntil = world.elapsed + random.below(60_000);
        break;
      case "edit":
        world.disk.edit(`${world.disk.read("live") ?? ""}# by hand\n`);
        break;
      case "clock":
        world.timeOfDay += random.pick([-1, 1]) * random.below(1000) * 86_400_000;
    }
    return { kind: "works" };
  };
}

function hasDataPort({ running }: World): boolean {
  return ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"].some(
    (key) => portOf(running, key) !== undefined,
  );
}

/** Runs a phase on a host, runs armed timers and boots, and returns what was reported. */
async function visit(
  world: World,
  phase: Phase,
  trouble: Trouble | undefined,
  random: Random,
): Promise<string> {
  const fates = trouble === undefined ? alive : bringTrouble(trouble, world, random);
  let report = "lost";
  try {
    const result = await applyChange(applyRequest(phase), createModelHost(world, fates));
    report = result.kind;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  // The fault is over before the next phase, whether it had an effect or not.
  const clock = world.elapsed;
  Object.assign(world, { neighbour: false, restarts: [], busyUntil: -1 });
  Object.assign(world, { timeOfDay: today + clock, startedAt: today + clock });
  if (trouble === "power" && report === "lost") cutPower(world, random.below(4));
  if (report === "lost" || world.journal !== undefined) {
    const cause = trouble === "power" ? "boot" : world.timer === undefined ? "person" : "timer";
    const result = await recoverHost(recoverRequest(cause), createModelHost(world));
    if (report === "lost") report = result.kind;
  }
  return report;
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  "50 hosts, both phases, a fault on every third: fleet %s ends reachable, and as reported",
  async (seed) => {
    const random = createRandom(seed);
    let confirmed = 0;
    for (let host = 0; host < 50; host++) {
      const world = createWorld(filesOf.open.before);
      for (const phase of ["open", "close"] as const) {
        const { before, after } = filesOf[phase];
        if (world.disk.read("live") !== before) break;
        const trouble = random.below(3) === 0 ? random.pick(troubles) : undefined;
        const report = await visit(world, phase, trouble, random);
        const where = `seed ${seed}, host ${host}, ${phase}, ${trouble}: ${report}`;
        const live = world.disk.read("live") ?? "";
        expect(hasDataPort(world), where).toBe(true);
        expect(world.journal, where).toBeUndefined();
        const own = live.replace("# by hand\n", "");
        if (report === "confirmed") expect(own, where).toBe(after);
        else if (report === "nothing") expect([before, after], where).toContain(own);
        else expect([before, bridge], where).toContain(own);
        if (trouble === undefined) expect(report, where).toBe("confirmed");
      }
      if (world.disk.read("live") === desired) confirmed++;
    }
    expect(confirmed).toBeGreaterThan(15);
  },
);
