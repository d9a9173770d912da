import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canIsolate, runInNamespace } from "./support/harness/namespace.ts";
import { hasPeer } from "./support/harness/peers.ts";
import type { LoopSeen } from "./support/harness/loop/worker.ts";

const worker = fileURLToPath(new URL("support/harness/loop/worker.ts", import.meta.url));
const isHere = canIsolate() && hasPeer("gcc", "--version") && hasPeer("git", "--version");

async function playLoop(name: string): Promise<LoopSeen> {
  const { status, stdout, stderr } = await runInNamespace(worker, { args: [name] });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** The workflow of the example, with the bundled program everywhere, and hosts that serve. */
describe.runIf(isHere)("a rollout, from plan to reports", () => {
  test.concurrent("applies both phases to twelve hosts, wave after wave", async () => {
    const { waves, files, logs } = await playLoop("both phases");
    const all = [
      "success: gate success, rds1 success, judge success; rds1 confirmed",
      "success: gate success, rds2 success, rds3 success, rds4 success, judge success; rds2 confirmed, rds3 confirmed, rds4 confirmed",
      "success: gate success, rds5 success, rds6 success, rds7 success, rds8 success, judge success; rds5 confirmed, rds6 confirmed, rds7 confirmed, rds8 confirmed",
      "success: gate success, rds10 success, rds11 success, rds9 success, judge success; rds10 confirmed, rds11 confirmed, rds9 confirmed",
      "success: gate success, sesam1 success, judge success; sesam1 confirmed",
    ];
    expect(waves, logs.join("\n")).toEqual([...all, ...all]);
    expect(new Set(Object.values(files))).toEqual(new Set(["desired"]));
    expect(Object.keys(files)).toHaveLength(12);
  });

  test.concurrent.each<{ name: string; waves: readonly string[]; files: LoopSeen["files"] }>([
    {
      name: "two hosts go back",
      waves: ["rds1", "rds2", "sesam1", "rds1", "rds2", "sesam1", "rds1", "rds2"].map(
        (host) => `success: gate success, ${host} success, judge success; ${host} confirmed`,
      ),
      files: { rds1: "bridge", rds2: "bridge", sesam1: "desired" },
    },
    {
      name: "the canary fails",
      waves: ["failure: gate success, rds1 failure, judge failure; rds1 undone"],
      files: { rds1: "plain", rds2: "plain", rds3: "plain", sesam1: "plain" },
    },
    {
      name: "one fails in wave 2",
      waves: [
        "success: gate success, rds1 success, judge success; rds1 confirmed",
        "failure: gate success, rds2 success, rds3 failure, rds4 success, judge failure; rds2 confirmed, rds3 undone, rds4 confirmed",
      ],
      files: { rds1: "bridge", rds2: "bridge", rds3: "plain", rds4: "bridge", sesam1: "plain" },
    },
    {
      name: "a person aborts in wave 2",
      waves: [
        "success: gate success, rds1 success, judge success; rds1 confirmed",
        "failure: gate success, rds2 success, rds3 failure, rds4 failure, judge failure; rds2 confirmed",
      ],
      files: { rds1: "bridge", rds2: "bridge", rds3: "plain", rds4: "plain", sesam1: "plain" },
    },
    {
      name: "a runner is offline",
      waves: [
        "success: gate success, rds1 success, judge success; rds1 confirmed",
        "failure: gate success, rds2 success, rds3 cancelled, judge failure; rds2 confirmed",
      ],
      files: { rds1: "bridge", rds2: "bridge", rds3: "plain", sesam1: "plain" },
    },
    {
      name: "the canary's runner is offline",
      waves: ["failure: gate success, rds1 cancelled, judge failure; no report"],
      files: { rds1: "plain", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "the ticket expires midway",
      waves: [
        "failure: gate success, rds1 failure, judge failure; rds1 ticket-expired",
        "failure: gate failure, hosts skipped, judge skipped; no report",
      ],
      files: { rds1: "plain", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "a wave is sent twice",
      waves: [
        "success: gate success, rds1 success, judge success; rds1 confirmed",
        "success: gate success, rds1 success, judge success; rds1 already-there",
        "success: gate success, rds1 success, judge success; rds1 already-there",
        "failure: gate success, rds1 failure, judge failure; rds1 ticket-sequence",
      ],
      files: { rds1: "bridge", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "an old run is started again",
      waves: ["failure: gate failure, hosts skipped, judge skipped; no report"],
      files: { rds1: "plain", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "a person changed a host",
      waves: ["failure: gate success, rds1 failure, judge failure; rds1 drift"],
      files: { rds1: "other", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "a plan is rehearsed, and a host drifts before its wave",
      waves: [
        "success: gate success, rds1 success, judge skipped; rds1 signed ready",
        // Nothing is known of a host whose runner does not come; the other one answers.
        "cancelled: gate success, rds2 success, rds3 cancelled, judge skipped; rds2 signed ready",
        "failure: gate success, rds1 failure, judge failure; rds1 drift",
        "failure: gate success, rds1 failure, judge skipped; rds1 signed not-ready drift not-loaded",
      ],
      files: { rds1: "other", rds2: "plain", rds3: "plain", sesam1: "plain" },
    },
    {
      // As `host install` of an older release left it.
      name: "sudo knows no rehearsal yet",
      waves: [
        "failure: gate success, rds1 failure, judge skipped; no report",
        "success: gate success, rds1 success, judge success; rds1 confirmed",
      ],
      files: { rds1: "bridge", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "a rehearsal is no wave",
      waves: [
        ...Array<string>(5).fill("failure: gate failure, hosts skipped, judge skipped; no report"),
        "success: gate success, rds1 success, judge success; rds1 confirmed",
      ],
      files: { rds1: "bridge", rds2: "plain", sesam1: "plain" },
    },
    {
      name: "the inputs name another commit",
      waves: ["failure: gate failure, hosts skipped, judge skipped; no report"],
      files: { rds1: "plain", rds2: "plain", sesam1: "plain" },
    },
  ])("$name", async ({ name, waves, files }) => {
    const seen = await playLoop(name);
    expect(seen.waves, seen.logs.join("\n")).toEqual(waves);
    expect(seen.files).toEqual(files);
  });
});
