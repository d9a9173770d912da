import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { FleetAnswer } from "../support/workers/fleet-worker.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { distFile } from "../support/harness/programs.ts";

const canIsolate = hasPeer("unshare", "-n", "true") && hasPeer("script", "--version");

test.skipIf(!canIsolate)("a thousand addresses share a few sockets, and progress is shown", () => {
  const worker = fileURLToPath(new URL("../support/workers/fleet-worker.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync("unshare", ["-n", process.execPath, worker], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  expect(status, stderr).toBe(0);
  const answer: FleetAnswer = JSON.parse(stdout);
  // Every host closes on every hello, so nothing is known about any of them.
  expect(answer.status).toBe(4);
  expect(answer.hellos).toBeGreaterThanOrEqual(7000);
  expect(answer.most).toBeLessThanOrEqual(16);
  expect(answer.most).toBeGreaterThan(4);
  expect(answer.shown).toContain("\r1 of 1000 hosts probed");
  expect(answer.shown).toContain("\r1000 of 1000 hosts probed");
  expect(answer.shown.match(/"verdict": "unknown"/g)).toHaveLength(1000);
});

test.skipIf(!canIsolate)(
  "a port that drops packets is filtered, and neither open nor closed",
  () => {
    // IPsec drops the packets, with a policy that no peer can meet; that needs no further package.
    const drop = [
      "ip link set lo up",
      "echo 0 > /proc/sys/net/ipv4/conf/lo/disable_policy",
      "ip xfrm policy add dir in dst 127.0.0.1 proto tcp dport 11000 action block",
      'exec "$0" "$@"',
    ].join(" && ");
    const probe = [distFile, "probe", "127.0.0.1", "--timeout", "1", "--format", "json"];
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["-n", "sh", "-c", drop, process.execPath, ...probe],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([1, ""]);
    const { ports, reasons } = JSON.parse(stdout);
    expect(ports).toEqual({
      https: { port: 11443, state: "closed" },
      http: { port: 11000, state: "filtered" },
      ftp: { port: 11001, state: "closed" },
    });
    expect(reasons.map(({ code }: { code: string }) => code)).toEqual([
      "https-closed",
      "http-filtered",
    ]);
  },
);
