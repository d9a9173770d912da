import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import {
  createLoop,
  type ApprovedPlan,
  type Loop,
  type RehearsalChange,
  type WaveChange,
  type WaveRan,
} from "./controller.ts";
import { findHost, type FileName } from "./fleet.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";

/** Runs inside a namespace: plays one case, and prints the result of each wave and of the hosts. */
export interface LoopSeen {
  readonly waves: readonly string[];
  readonly files: Readonly<Record<string, FileName>>;
  readonly logs: readonly string[];
}

/** `conclusion: gate, hosts by name, judge; reports by host`, in one line. */
function show({ conclusion, jobs, reports }: WaveRan): string {
  const results = jobs.map(({ id, matrix, result }) => `${String(matrix["host"] ?? id)} ${result}`);
  const said = [...reports].map(([host, { code }]) => `${host} ${code}`).toSorted();
  return `${conclusion}: ${results.join(", ")}; ${said.join(", ") || "no report"}`;
}

interface Stage {
  readonly loop: Loop;
  readonly waves: string[];
  readonly logs: string[];
}

async function play(
  { loop, waves, logs }: Stage,
  plan: ApprovedPlan,
  wave: number,
  change: WaveChange = {},
): Promise<WaveRan> {
  const ran = await loop.dispatch(plan, wave, change);
  waves.push(show(ran));
  logs.push(...ran.jobs.map(({ id, log }) => `${id}\n${log}`));
  return ran;
}

/** `conclusion: jobs; host answer by its signature, with failed or unknown checks`, in one line. */
async function rehearse(
  { loop, waves, logs }: Stage,
  plan: ApprovedPlan,
  wave: number,
  change: RehearsalChange = {},
): Promise<void> {
  const { conclusion, jobs, reports, artifacts } = await loop.rehearse(plan, wave, change);
  const results = jobs.map(({ id, matrix, result }) => `${String(matrix["host"] ?? id)} ${result}`);
  const said = [...reports].map(([host, { answer, worth, findings }]) => {
    const codes = findings.filter(({ state }) => state === "failed" || state === "unknown");
    return [host, worth, answer, ...codes.map(({ code }) => code)].join(" ");
  });
  const none = artifacts.length === 0 ? "no report" : `no report in ${artifacts.join(", ")}`;
  const shown = said.toSorted().join(", ") || none;
  waves.push(`${conclusion}: ${results.join(", ")}; ${shown}`);
  logs.push(...jobs.map(({ id, log }) => `${id}\n${log}`));
}

/** Wave after wave, as long as they are good; returns whether all were. */
async function playPhase(stage: Stage, phase: Phase): Promise<boolean> {
  return playPlan(stage, stage.loop.planPhase(phase));
}

async function playPlan(stage: Stage, plan: ApprovedPlan): Promise<boolean> {
  for (let wave = 1; wave <= plan.plan.waves.length; wave++) {
    const ran = await play(stage, plan, wave);
    stage.loop.record(plan, wave, ran);
    if (ran.conclusion !== "success") return false;
  }
  return true;
}

type Case = readonly [hosts: number, play: (stage: Stage) => Promise<unknown>];

const cases: Readonly<Record<string, Case>> = {
  "both phases": [
    12,
    async (stage) => {
      if (await playPhase(stage, "open")) await playPhase(stage, "close");
    },
  ],
  "two hosts go back": [
    3,
    async (stage) => {
      const isClosed = (await playPhase(stage, "open")) && (await playPhase(stage, "close"));
      if (isClosed) await playPlan(stage, await stage.loop.planRollback(["rds1", "rds2"]));
    },
  ],
  "the canary fails": [
    4,
    async (stage) => {
      findHost(stage.loop.hosts, "rds1").standIn.plan({ kind: "fails" });
      await playPhase(stage, "open");
    },
  ],
  "one fails in wave 2": [
    5,
    async (stage) => {
      findHost(stage.loop.hosts, "rds3").standIn.plan({ kind: "stays-down" });
      await playPhase(stage, "open");
    },
  ],
  "a person aborts in wave 2": [
    5,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      await play(stage, plan, 1);
      // The first host of the wave is done by then; the others have not started.
      const beforeJob = async (id: string, matrix: { readonly [key: string]: unknown }) => {
        if (id === "hosts" && matrix["host"] === "rds3") stage.loop.abort();
      };
      await play(stage, plan, 2, { beforeJob, parallel: 1 });
    },
  ],
  "a runner is offline": [
    4,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      await play(stage, plan, 1);
      await play(stage, plan, 2, { offline: ["rds3"] });
    },
  ],
  "the canary's runner is offline": [
    3,
    (stage) => play(stage, stage.loop.planPhase("open"), 1, { offline: ["rds1"] }),
  ],
  "the ticket expires midway": [
    3,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      // Long enough for the gate, however busy this machine is.
      const exp = Math.floor(Date.now() / 1000) + 40;
      const beforeJob = async (id: string): Promise<void> => {
        if (id === "hosts") await wait(exp * 1000 + 100 - Date.now());
      };
      await play(stage, plan, 1, { claim: { exp }, beforeJob });
      await play(stage, plan, 1, { claim: { exp: exp - 3600 } });
    },
  ],
  "a wave is sent twice": [
    3,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      await play(stage, plan, 1, { claim: { sequence: 20 } });
      await play(stage, plan, 1, { claim: { sequence: 20 } });
      await play(stage, plan, 1, { claim: { sequence: 25 } });
      await play(stage, plan, 1, { claim: { sequence: 24 } });
    },
  ],
  "an old run is started again": [
    3,
    (stage) => play(stage, stage.loop.planPhase("open"), 1, { attempt: 2 }),
  ],
  "a person changed a host": [
    3,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      const { standIn, files } = findHost(stage.loop.hosts, "rds1");
      writeFileSync(standIn.stpdIni, `${files.plain}# by hand\n`);
      await play(stage, plan, 1);
    },
  ],
  "a plan is rehearsed, and a host drifts before its wave": [
    4,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      await rehearse(stage, plan, 1);
      await rehearse(stage, plan, 2, { offline: ["rds3"] });
      const { standIn, files } = findHost(stage.loop.hosts, "rds1");
      writeFileSync(standIn.stpdIni, `${files.plain}# by hand\n`);
      await play(stage, plan, 1);
      await rehearse(stage, plan, 1);
    },
  ],
  "sudo knows no rehearsal yet": [
    3,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      const { sudo } = stage.loop;
      writeFileSync(sudo, readFileSync(sudo, "utf8").replace(/^.* host check .*$/m, ""));
      await rehearse(stage, plan, 1);
      await play(stage, plan, 1);
    },
  ],
  "a rehearsal is no wave": [
    3,
    async (stage) => {
      const plan = stage.loop.planPhase("open");
      await rehearse(stage, plan, 1, { attempt: 2 });
      const late = Math.floor(Date.now() / 1000) - 60;
      await rehearse(stage, plan, 1, { claim: { exp: late } });
      await rehearse(stage, plan, 1, { claim: { phase: "close" } });
      await rehearse(stage, plan, 1, { mode: "roll-out" });
      await play(stage, plan, 1, { mode: "rehearse" });
      await play(stage, plan, 1);
    },
  ],
  "the inputs name another commit": [
    3,
    async (stage) => {
      const { plan, digest } = stage.loop.planPhase("open");
      await play(stage, { digest, plan: { ...plan, commit: "f".repeat(40) } }, 1);
    },
  ],
};

const [, , name = ""] = process.argv;
const [count, act] = cases[name] ?? [1, async () => {}];
const loop = await createLoop(count);
const stage: Stage = { loop, waves: [], logs: [] };
try {
  await act(stage);
  const { waves, logs } = stage;
  const seen: LoopSeen = { waves, files: loop.nameFiles(), logs };
  process.stdout.write(JSON.stringify(seen));
} finally {
  await loop.remove();
}
