import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canIsolate, runInNamespace } from "./support/harness/namespace.ts";
import { hasPeer } from "./support/harness/peers.ts";
import type { ControlLoopSeen } from "./support/harness/loop/control-worker.ts";

const worker = fileURLToPath(new URL("support/harness/loop/control-worker.ts", import.meta.url));
const isHere = canIsolate() && hasPeer("gcc", "--version") && hasPeer("git", "--version");

/** Entries written to the ledger, without the numbers of entries and rollouts. */
function shorten(history: readonly string[]): string {
  return history
    .map((line) => line.replace(/^\d+: (\S+).* by (.*)$/, "$1 $2").replace(/ controller$/, ""))
    .join(", ");
}

async function playLoop(name: string): Promise<ControlLoopSeen> {
  const { status, stdout, stderr } = await runInNamespace(worker, { args: [name] });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

interface Case {
  readonly name: string;
  readonly notes: readonly string[];
  readonly runs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly restarts: Readonly<Record<string, number>>;
  readonly history: string;
  /** State of the newest rollout. */
  readonly state?: string;
}

const wave = "dispatch, accept, judge";
/** Dispatch, answer and results of each wave. */
const rehearsalOf = (waves: number): string =>
  Array.from({ length: 3 * waves }, () => "rehearsal").join(", ");
const [recorded, found] = [`record ben, ${wave}`, "dispatch, lose, find, judge"];
const open = "see, keys, request carl, approve ben";
const bridges = { rds1: "bridge", rds2: "bridge", sesam1: "bridge" };
const once = { rds1: 1, rds2: 1, sesam1: 1 };
const eachWave = ["rds1", "rds2", "sesam1"].map(
  (host, index) => `wave ${index + 1} in production, success: ${host} confirmed`,
);
const [wave1 = "", wave2 = "", wave3 = ""] = eachWave;

/** External effects of a controller that was killed before and after each. */
const killedAt = [
  "commit dispatch",
  "find",
  "commit lose",
  "dispatch",
  "commit find",
  "look",
  "readReports",
  "commit judge",
  "commit record",
  "commit accept",
].flatMap((effect) => [`before ${effect}`, `after ${effect}`]);

const cases: readonly Case[] = [
  {
    name: "both phases",
    notes: [
      "approve by anna: own-change",
      "approve by carl: own-change",
      "approve by ben: written",
      "soaking",
      "record-missing",
      "open: rds1 bridge, rds2 bridge, sesam1 bridge",
      "close: globals-not-set",
      "continue by ben: soaking",
    ],
    runs: [...eachWave, ...eachWave],
    files: { rds1: "desired", rds2: "desired", sesam1: "desired" },
    restarts: { rds1: 2, rds2: 2, sesam1: 2 },
    history: `${open}, ${wave}, ${recorded}, ${recorded}, globals ben, request carl, approve ben, ${wave}, ${recorded}, ${recorded}`,
  },
  {
    name: "answers are lost",
    notes: ["soaking", "record-missing"],
    runs: eachWave,
    files: bridges,
    restarts: once,
    history: `${open}, ${found}, record ben, ${found}, ${recorded}`,
  },
  {
    // In either order the host changes once; the older ticket is never accepted second.
    name: "runs turn up late",
    notes: ["run-may-exist", "soaking", "record-missing"],
    runs: [
      wave1,
      "wave 1 in production, success: rds1 already-there",
      wave2,
      "wave 2 in production, failure: rds2 ticket-sequence",
      wave3,
    ],
    files: bridges,
    restarts: once,
    history: `${open}, dispatch, lose, ${found}, record ben, dispatch, lose, ${wave}, ${recorded}`,
  },
  {
    name: "a person aborts in wave 2",
    notes: [
      "abort by carl: written",
      "aborted: rds1 bridge, rds2 bridge, rds3 plain, sesam1 plain",
      "resume by carl: second-person",
      "resume by ben: written",
    ],
    runs: [
      wave1,
      "wave 2 in production, failure: rds2 confirmed",
      "wave 2 in production, success: rds2 already-there, rds3 confirmed",
      wave3,
    ],
    files: { ...bridges, rds3: "bridge" },
    restarts: { ...once, rds3: 1 },
    history: `${open}, ${wave}, record ben, dispatch, accept, abort carl, judge, resume ben, ${recorded}, ${recorded}`,
  },
  {
    name: "one fails in wave 2",
    notes: [
      "locked: wave 2: rds3 bad",
      "request: locked",
      "unlock by carl: second-person",
      "unlock by ben: written",
      "left: rds3, sesam1",
    ],
    runs: [
      wave1,
      "wave 2 in production, failure: rds2 confirmed, rds3 undone",
      "wave 1 in production, success: rds3 confirmed",
      "wave 2 in production, success: sesam1 confirmed",
    ],
    files: { ...bridges, rds3: "bridge" },
    // The old file was restored, and the service runs with it.
    restarts: { ...once, rds3: 2 },
    history: `${open}, ${wave}, ${recorded}, unlock ben, request carl, approve ben, ${wave}, ${recorded}`,
  },
  {
    name: "runners forge reports",
    notes: [
      "wave 2: rds2 good, rds3 unknown (report-without-job); rds3 plain",
      "wave 1: rds3 unknown (report-unsigned); rds3 plain",
    ],
    runs: [
      wave1,
      "wave 2 in production, cancelled: rds2 confirmed, rds3 forged",
      "wave 1 in production, success: rds3 forged",
      "wave 1 in production, success: rds3 confirmed",
      "wave 2 in production, success: sesam1 confirmed",
    ],
    files: { ...bridges, rds3: "bridge" },
    restarts: { ...once, rds3: 1 },
    history: `${open}, ${wave}, ${recorded}, unlock ben, request carl, approve ben, ${wave}, unlock ben, request carl, approve ben, ${wave}, ${recorded}`,
  },
  {
    name: "a plan is rehearsed",
    notes: [
      "approve by ben: rehearsal-missing",
      "rds1 ready",
      "rds2 unknown no-report",
      "sesam1 ready",
      "approve by ben: rehearsal-not-ready",
      "deny by ben: written",
      "rds1 ready",
      "sesam1 ready",
      "approve by ben: written",
      "rds1 plain, rds2 plain, sesam1 plain",
    ],
    runs: [
      "rehearsal of wave 1 in production, success: rds1 ready",
      "rehearsal of wave 2 in production, cancelled: no report",
      "rehearsal of wave 3 in production, success: sesam1 ready",
      "rehearsal of wave 1 in production, success: rds1 ready",
      "rehearsal of wave 2 in production, success: sesam1 ready",
      "wave 1 in production, failure: rds1 drift",
    ],
    files: { rds1: "other", rds2: "plain", sesam1: "plain" },
    restarts: { rds1: 0, rds2: 0, sesam1: 0 },
    history: `see, keys, request carl, ${rehearsalOf(3)}, deny ben, request carl, ${rehearsalOf(2)}, approve ben, ${wave}`,
    state: "failed",
  },
  {
    name: "the controller is killed",
    notes: killedAt,
    runs: eachWave,
    files: bridges,
    restarts: once,
    history: `${open}, dispatch, lose, dispatch, lose, dispatch, find, judge, record ben, dispatch, find, judge, ${recorded}`,
  },
];

/**
 * The controller's use cases, its ledger where the jobs check it out, the workflow of the example
 * and the bundled program on hosts that serve. Only GitHub's API is replaced.
 */
describe.runIf(isHere)("a rollout run by the controller", () => {
  test.concurrent.each(cases)("$name", async ({ name, history, state, ...expected }) => {
    const { logs, history: written, problems, marks, state: at, ...seen } = await playLoop(name);
    expect(seen, logs.join("\n")).toEqual(expected);
    expect(shorten(written)).toBe(history);
    expect(problems).toEqual([]);
    expect(marks).toEqual([]);
    expect(at).toBe(state ?? "succeeded");
  });
});
