import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { isOver } from "../../../../src/core/rollout/state/rollout.ts";
import {
  decideEnvironment,
  decideRollout,
  type PersonEvent,
} from "../../../../src/core/rollout/controller/commands.ts";
import { environment, findHost, nameFile, nameFiles, type FileName } from "./fleet.ts";
import { listRehearsals, readReports } from "./controller.ts";
import {
  answerOf,
  approve,
  carryOn,
  carryRehearsal,
  createControlled,
  need,
  askFor,
  type Controlled,
  type Effect,
} from "./controlled.ts";
import { createForger, forgeAndRepair } from "./forger.ts";
import type { SiteRunStarted } from "./runs.ts";
import type { RunChange } from "./site.ts";
import { digestNewestGlobals } from "../../builders/newest-globals.ts";

/** Runs inside a namespace: plays one case, and prints the result. */
export interface ControlLoopSeen {
  /** Notes of the case itself. */
  readonly notes: readonly string[];
  /** One line per run. */
  readonly runs: readonly string[];
  readonly files: Readonly<Record<string, FileName>>;
  readonly restarts: Readonly<Record<string, number>>;
  /** Kind of the newest rollout's state. */
  readonly state: string;
  readonly history: readonly string[];
  readonly problems: readonly string[];
  readonly marks: readonly string[];
  readonly logs: readonly string[];
}

/** `wave n, conclusion: reports by host`, in one line. */
function show({ title, ran, artifacts }: SiteRunStarted): string {
  const said = [...readReports(artifacts)].map(([host, { code }]) => `${host} ${code}`);
  const asked = listRehearsals(artifacts).map(([host, { answer }]) => `${host} ${answer}`);
  const all = [...said, ...asked].toSorted().join(", ") || "no report";
  return `${title.split(",")[0]}, ${ran?.conclusion}: ${all}`;
}

interface Stage {
  readonly bench: Controlled;
  readonly notes: string[];
}

/** Records the answer to a person's decision about the newest rollout. */
async function say({ bench, notes }: Stage, event: PersonEvent): Promise<void> {
  const { id } = await bench.rollout();
  const answer = answerOf(await decideRollout(id, event, bench.start()));
  notes.push(`${event.kind} by ${event.by}: ${answer}`);
}

function listFiles({ site }: Controlled): string {
  const files = Object.entries(nameFiles(site.hosts));
  return files.map(([host, file]) => `${host} ${file}`).join(", ");
}

async function carryBothPhases({ bench, notes }: Stage): Promise<void> {
  const tools = bench.start();
  need(await askFor("open", tools));
  const stage = { bench, notes };
  const { plan } = await bench.rollout();
  for (const by of ["anna", "carl", "ben"]) await say(stage, { kind: "approve", by, plan });
  notes.push(...(await carryOn(tools, bench)));
  notes.push(`open: ${listFiles(bench)}`, `close: ${answerOf(await askFor("close", tools))}`);
  const by = "ben";
  const digest = await digestNewestGlobals(environment, tools);
  need(await decideEnvironment(environment, { kind: "globals", by, digest }, tools));
  await approve("close", bench);
  await carryOn(tools, bench, ({ kind }) => kind === "paused");
  await say(stage, { kind: "continue", by });
  await carryOn(tools, bench);
}

async function abortInWave2({ bench, notes }: Stage): Promise<void> {
  const tools = bench.start();
  await approve("open", bench);
  await carryOn(tools, bench, ({ kind }) => kind === "aborted");
  notes.push(`aborted: ${listFiles(bench)}`);
  await say({ bench, notes }, { kind: "resume", by: "carl" });
  await say({ bench, notes }, { kind: "resume", by: "ben" });
  await carryOn(tools, bench);
}

/** Aborts the rollout before rds3 is changed, while rds2 has a new file and is not verified. */
function abortAtWork(stage: () => Stage): RunChange {
  let isAborted = false;
  return {
    beforeJob: async (id, { host }) => {
      if (id !== "hosts" || host !== "rds3" || isAborted) return;
      isAborted = true;
      const rds2 = findHost(stage().bench.site.hosts, "rds2");
      while (nameFile(rds2) !== "bridge") await wait(20);
      await say(stage(), { kind: "abort", by: "carl", reason: "the night is over" });
    },
  };
}

async function failInWave2({ bench, notes }: Stage): Promise<void> {
  const tools = bench.start();
  findHost(bench.site.hosts, "rds3").standIn.plan({ kind: "fails" });
  await approve("open", bench);
  await carryOn(tools, bench);
  const { ledger } = await tools.writer.read();
  notes.push(`locked: ${ledger.environments.get(environment)?.locked?.reason}`);
  notes.push(`request: ${answerOf(await askFor("open", tools))}`);
  for (const by of ["carl", "ben"]) {
    const event = { kind: "unlock", by, reason: "the disk was full" } as const;
    notes.push(`unlock by ${by}: ${answerOf(await decideEnvironment(environment, event, tools))}`);
  }
  await approve("open", bench);
  const { waves } = await bench.rollout();
  notes.push(`left: ${waves.map((names) => names.join(" ")).join(", ")}`);
  await carryOn(tools, bench);
}

const killed = new Error("the controller was killed");

/** Kills a controller once before and once after each of its external effects. */
function killOnceEach(cuts: string[]): Effect {
  const cut = (when: string): void => {
    if (cuts.includes(when)) return;
    cuts.push(when);
    throw killed;
  };
  return async (name, work) => {
    cut(`before ${name}`);
    const result = await work();
    cut(`after ${name}`);
    return result;
  };
}

async function killBetweenSteps({ bench, notes }: Stage): Promise<void> {
  await approve("open", bench);
  for (let count = 0; count < 100; count++) {
    if (isOver((await bench.rollout()).state)) return;
    try {
      await carryOn(bench.start(killOnceEach(notes)), bench);
    } catch (error) {
      if (error !== killed) throw error;
    }
  }
}

async function carryOpen({ bench, notes }: Stage): Promise<void> {
  await approve("open", bench);
  notes.push(...(await carryOn(bench.start(), bench)));
}

/** A host without a runner prevents the approval; the rest is tried without it. */
function rehearseTwice(offline: string[]): Case["play"] {
  return async ({ bench, notes }) => {
    const stage = { bench, notes };
    const tools = bench.start();
    need(await askFor("open", tools));
    const { plan } = await bench.rollout();
    await say(stage, { kind: "approve", by: "ben", plan });
    offline.push("rds2");
    notes.push(...(await carryRehearsal(tools, bench)));
    await say(stage, { kind: "approve", by: "ben", plan });
    await say(stage, { kind: "deny", by: "ben", reason: "rds2 is away" });
    need(await askFor("open", tools, ["rds1", "sesam1"]));
    notes.push(...(await carryRehearsal(tools, bench)));
    await say(stage, { kind: "approve", by: "ben", plan: (await bench.rollout()).plan });
    notes.push(listFiles(bench));
    // Ready does not cover later changes: the wave checks again.
    const { standIn, files } = findHost(bench.site.hosts, "rds1");
    writeFileSync(standIn.stpdIni, `${files.plain}# by hand\n`);
    await carryOn(tools, bench);
  };
}

interface Case {
  readonly hosts: number;
  readonly faults?: Controlled["actions"]["faults"];
  readonly needsRehearsal?: boolean;
  readonly change?: (stage: () => Stage) => RunChange;
  readonly play: (stage: Stage) => Promise<unknown>;
}

/** Hosts whose runners do not come. */
const offline: string[] = [];

const cases: Readonly<Record<string, Case>> = {
  "both phases": { hosts: 3, play: carryBothPhases },
  "answers are lost": { hosts: 3, faults: ["answer-lost", "answer-lost"], play: carryOpen },
  "runs turn up late": {
    hosts: 3,
    faults: ["turns-up-before", "answer-lost", "turns-up-after"],
    play: carryOpen,
  },
  "a person aborts in wave 2": { hosts: 4, change: abortAtWork, play: abortInWave2 },
  "one fails in wave 2": { hosts: 4, play: failInWave2 },
  "runners forge reports": {
    hosts: 4,
    change: (stage) => createForger(() => stage().bench),
    play: forgeAndRepair,
  },
  "a plan is rehearsed": {
    hosts: 3,
    needsRehearsal: true,
    change: () => ({ offline }),
    play: rehearseTwice(offline),
  },
  "the controller is killed": { hosts: 3, play: killBetweenSteps },
};

const [, , name = ""] = process.argv;
const chosen = cases[name];
if (chosen === undefined) throw new Error(`there is no case ${name}`);
const notes: string[] = [];
const change = chosen.change?.(() => ({ bench, notes }));
const { needsRehearsal = false } = chosen;
const bench: Controlled = await createControlled(chosen.hosts, {
  needsRehearsal,
  ...(change === undefined ? {} : { change }),
});
try {
  bench.actions.faults.push(...(chosen.faults ?? []));
  await chosen.play({ bench, notes });
  await bench.actions.settle();
  const { started } = bench.actions;
  const seen: ControlLoopSeen = {
    notes,
    runs: started.map(show),
    files: nameFiles(bench.site.hosts),
    restarts: bench.countRestarts(),
    state: (await bench.rollout()).state.kind,
    ...(await bench.audit()),
    logs: started.flatMap(({ ran }) => ran?.jobs.map(({ log }) => log) ?? []),
  };
  process.stdout.write(JSON.stringify(seen));
} finally {
  await bench.site.remove();
}
