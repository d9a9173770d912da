import { expect, test } from "vitest";
import { applyChange, type ApplyResult } from "../../../src/core/host/apply.ts";
import { recoverHost } from "../../../src/core/host/recover.ts";
import {
  applyRequest,
  bridge,
  desired,
  filesOf,
  plain,
  recoverRequest,
} from "../../support/fakes/host/model-change.ts";
import {
  alive,
  createModelHost,
  createWorld,
  hash,
  pass,
  portOf,
  type Fates,
  type RestartFault,
  type World,
} from "../../support/fakes/host/model-host.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

const phases: readonly Phase[] = ["open", "close"];

function hasDataPort({ running }: World): boolean {
  return ["STPD_PORT", "STPD_HTTP_PORT", "STPD_HTTPS_PORT"].some(
    (key) => portOf(running, key) !== undefined,
  );
}

const errors = ["ENOSPC", "EACCES", "EIO", "EXDEV"];

test.each(phases)("each effect of the phase %s fails once, or permanently", async (phase) => {
  const { before, after } = filesOf[phase];
  const count = createWorld(before);
  await applyChange(applyRequest(phase), createModelHost(count));
  for (const reason of errors) {
    for (let at = 0; at < count.effects.length; at++) {
      for (const lasts of [false, true]) {
        const name = count.effects[at] ?? "";
        // Only this kind of effect fails permanently, as on a full disk or a broken service.
        const fates: Fates = (effect, index) =>
          index === at || (lasts && index > at && effect === name)
            ? { kind: "fails", reason }
            : { kind: "works" };
        const world = createWorld(before);
        const result = await applyChange(applyRequest(phase), createModelHost(world, fates));
        const where = `${name} (${at}) ${reason} ${lasts}: ${JSON.stringify(result)}`;
        expect([before, after, bridge], where).toContain(world.disk.read("live"));
        expect(hasDataPort(world), where).toBe(true);
        if (result.kind === "refused") expect(world.disk.read("live"), where).toBe(before);
        if (result.kind === "confirmed") expect(world.disk.read("live"), where).toBe(after);
        await recoverHost(recoverRequest("person"), createModelHost(world, alive));
        expect(hasDataPort(world), where).toBe(true);
        expect(world.journal, where).toBeUndefined();
      }
    }
  }
});

test.each([
  { faults: ["fails"], live: "old" },
  { faults: ["hangs"], live: "old" },
  { faults: ["stays-down"], live: "old" },
  { faults: ["old-config"], live: "old" },
  { faults: ["dies-later"], live: "old" },
  { faults: ["fails", "fails"], live: "bridge" },
  { faults: ["stays-down", "hangs"], live: "bridge" },
  { faults: ["dies-later", "stays-down", "fails"], live: "old" },
] as const)("failing restarts, $faults, end with the $live file", async ({ faults, live }) => {
  for (const phase of phases) {
    const { before } = filesOf[phase];
    const world = createWorld(before);
    world.restarts = [...faults] as RestartFault[];
    const result = await applyChange(applyRequest(phase), createModelHost(world));
    // In the phase close the old file is the bridge itself.
    const expected = live === "old" || phase === "close" ? before : bridge;
    expect(result, JSON.stringify(result)).toMatchObject({
      kind: "undone",
      result: { kind: "restored" },
    });
    expect(world.disk.read("live")).toBe(expected);
    expect(hasDataPort(world)).toBe(true);
  }
});

test("a host that nothing restores says so, keeps its journal, and is restored later", async () => {
  const world = createWorld(plain);
  world.restarts = Array.from({ length: 4 }, () => "stays-down");
  const result = await applyChange(applyRequest("open"), createModelHost(world));
  expect(result).toMatchObject({ kind: "undone", result: { kind: "stuck" } });
  expect(world.disk.read("live")).toBe(plain);
  expect(world.journal?.stage).toBe("stuck");
  expect(await applyChange(applyRequest("open"), createModelHost(world))).toMatchObject({
    kind: "refused",
    refusal: { code: "unfinished" },
  });
  const recovered = await recoverHost(recoverRequest("person"), createModelHost(world));
  expect(recovered).toMatchObject({ kind: "restored", file: "old" });
  expect(hasDataPort(world)).toBe(true);
});

test("another host that answers at the host's address proves nothing", async () => {
  const world = createWorld(bridge);
  world.neighbour = true;
  expect(await applyChange(applyRequest("close"), createModelHost(world))).toMatchObject({
    kind: "refused",
    refusal: { code: "https-not-proven" },
  });
  expect(world.disk.read("live")).toBe(bridge);
});

test("another host that appears after the restart causes an undo", async () => {
  const world = createWorld(plain);
  const fates: Fates = (effect) => {
    if (effect === "restart") world.neighbour = true;
    return { kind: "works" };
  };
  const result = await applyChange(applyRequest("open"), createModelHost(world, fates));
  expect(result).toMatchObject({ kind: "undone", result: { kind: "restored", file: "old" } });
  expect(JSON.stringify(result)).toContain("another machine");
});

test.each([-400, 400])("the time of day may jump by %s days", async (days) => {
  for (const phase of phases) {
    const world = createWorld(filesOf[phase].before);
    const fates: Fates = (effect) => {
      if (effect === "restart") world.timeOfDay += days * 86_400_000;
      return { kind: "works" };
    };
    const result = await applyChange(applyRequest(phase), createModelHost(world, fates));
    expect(result.kind).toBe("undone");
    expect(hasDataPort(world)).toBe(true);
    expect(world.disk.read("live")).toBe(filesOf[phase].before);
  }
});

test("an edit of the file at the same time stays", async () => {
  for (const moment of ["take lock", "arm", "keep", "journal replacing", "place fresh"]) {
    const world = createWorld(plain);
    const fates: Fates = (effect) => {
      if (effect === moment) world.disk.edit(`${plain}# by hand\n`);
      return { kind: "works" };
    };
    const result = await applyChange(applyRequest("open"), createModelHost(world, fates));
    expect(["refused", "undone"], moment).toContain(result.kind);
    expect(world.disk.read("live"), moment).toBe(`${plain}# by hand\n`);
    expect(world.journal, moment).toBeUndefined();
  }
});

test("transfers that start meanwhile are not cut off", async () => {
  for (const moment of ["arm", "place fresh"]) {
    const world = createWorld(plain);
    const fates: Fates = (effect) => {
      if (effect === moment) world.busyUntil = Infinity;
      return { kind: "works" };
    };
    const result = await applyChange(applyRequest("open"), createModelHost(world, fates));
    expect(["refused", "undone"], moment).toContain(result.kind);
    expect(world.effects, moment).not.toContain("restart");
    expect(world.disk.read("live"), moment).toBe(plain);
  }
});

test("an undo waits for transfers while the host is reachable, and reports what is left", async () => {
  const world = createWorld(bridge);
  let proofs = 0;
  const fates: Fates = (effect) => {
    // HTTPS works, and another host makes the verification fail; a backup starts meanwhile.
    if (effect === "restart") world.neighbour = true;
    if (effect === "wait" && ++proofs === 5) {
      world.busyUntil = world.elapsed + 10_000_000;
    }
    if (effect === "journal undoing") world.neighbour = false;
    return { kind: "works" };
  };
  const result = await applyChange(applyRequest("close"), createModelHost(world, fates));
  expect(result).toMatchObject({ kind: "undone", result: { kind: "pending" } });
  expect(world.disk.read("live")).toBe(bridge);
  pass(world, 20_000_000);
  const later = await recoverHost(recoverRequest("person"), createModelHost(world));
  expect(later).toMatchObject({ kind: "restored", file: "old" });
  expect(portOf(world.running, "STPD_PORT")).toBe(11001);
});

test("a file that is already in place is verified again, without a restart", async () => {
  const world = createWorld(desired);
  const request = applyRequest("close");
  const result: ApplyResult = await applyChange(request, createModelHost(world));
  expect(result).toEqual({ kind: "confirmed", already: true, digest: hash(desired) });
  expect(world.effects).not.toContain("restart");
});
