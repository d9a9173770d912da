import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { KillSeen } from "../support/workers/kill-worker.ts";
import { canIsolate, runInNamespace } from "../support/harness/namespace.ts";
import { hasPeer } from "../support/harness/peers.ts";

const worker = fileURLToPath(new URL("../support/workers/kill-worker.ts", import.meta.url));

describe.runIf(canIsolate() && hasPeer("gcc", "--version"))("killed with its whole group", () => {
  test.concurrent.each([["open"], ["close"]])(
    "at each step of the phase %s, the host comes back whole and reachable",
    async (phase) => {
      const { status, stdout, stderr } = await runInNamespace(worker, { args: [phase, "once"] });
      expect(status, stderr).toBe(0);
      const { kills, steps, wrong, ends }: KillSeen = JSON.parse(stdout);
      expect(wrong).toEqual([]);
      expect(kills).toBe(steps.length);
      expect(steps).toEqual(expect.arrayContaining(["copies.activate", "service.restart"]));
      // Both ways back were taken, and nothing else.
      expect(Object.keys(ends).toSorted()).toEqual(["recovery", "the watchdog"]);
    },
  );
});
