import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { FleetAnswer } from "../support/fleet-worker.ts";
import { hasPeer } from "../support/peers.ts";

const canIsolate = hasPeer("unshare", "-n", "true") && hasPeer("script", "--version");

test.skipIf(!canIsolate)("a thousand addresses share a few sockets, and progress is shown", () => {
  const worker = fileURLToPath(new URL("../support/fleet-worker.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync("unshare", ["-n", process.execPath, worker], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  expect(status, stderr).toBe(0);
  const answer: FleetAnswer = JSON.parse(stdout);
  // Every host closes on every hello, so nothing is known of any.
  expect(answer.status).toBe(4);
  expect(answer.hellos).toBeGreaterThanOrEqual(7000);
  expect(answer.most).toBeLessThanOrEqual(16);
  expect(answer.most).toBeGreaterThan(4);
  expect(answer.shown).toContain("\r1 of 1000 hosts probed");
  expect(answer.shown).toContain("\r1000 of 1000 hosts probed");
  expect(answer.shown.match(/"verdict": "unknown"/g)).toHaveLength(1000);
});
