import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { KillSeen } from "../support/workers/kill-worker.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";

const worker = fileURLToPath(new URL("../support/workers/kill-worker.ts", import.meta.url));

describe.runIf(canIsolate() && hasPeer("gcc", "--version"))(
  "killed with its whole process group",
  () => {
    test.concurrent.each([["open"], ["close"]])(
      "at each step of the phase %s, the host ends with a complete file and reachable",
      async (phase) => {
        const { status, stdout, stderr } = await runInNamespace(worker, { args: [phase, "once"] });
        expect(status, stderr).toBe(0);
        const { kills, steps, skipped, wrong, ends }: KillSeen = JSON.parse(stdout);
        expect(wrong).toEqual([]);
        expect(kills + skipped.length).toBe(steps.length);
        // On a busy machine one of the runs may need one more check, and hardly ever two.
        expect(skipped.length, skipped.join(", ")).toBeLessThan(steps.length / 10);
        expect(steps).toEqual(expect.arrayContaining(["copies.activate#1", "service.restart#1"]));
        // Both ways of recovery were used, and no other.
        expect(Object.keys(ends).toSorted()).toEqual(["recovery", "the watchdog"]);
      },
    );
  },
);
