import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { ledgerBranch, planPath } from "../../src/core/rollout/ledger/layout.ts";
import { readPlan } from "../../src/core/rollout/plan/plan-file.ts";
import type { Plan } from "../../src/core/rollout/plan/plan.ts";
import { artifactPrefix } from "../../src/core/rollout/dispatch/collect-reports.ts";
import type { PeerRun } from "../../test/support/fakes/github/actions-peer.ts";
import { makeZip } from "../../test/support/builders/zip.ts";
import type { ConfigRepo } from "./config-repo.ts";
import { applyStep, rehearseStep } from "../../src/core/rollout/dispatch/workflow-port.ts";

/** GitHub's runners: they run what the bot dispatches. */
export interface Runners {
  /** The runner of that host dies once its job has restarted the service. */
  readonly losePower: (host: string) => void;
  /** Brings the runner back. */
  readonly repair: () => void;
  /** Resolves once the running jobs are done. */
  readonly stop: () => Promise<void>;
}

export interface RunnersOptions {
  readonly runs: readonly PeerRun[];
  readonly repo: ConfigRepo;
  /** The installed program. */
  readonly program: string;
  readonly folder: string;
  /** Lines of the job logs, by host. */
  readonly tell: (host: string, line: string) => void;
}

type Job = { readonly host: string; readonly report: string | undefined };

export function startRunners(options: RunnersOptions): Runners {
  const wish: { isStopped: boolean; dying: string | undefined } = {
    isStopped: false,
    dying: undefined,
  };
  const work = async (): Promise<void> => {
    while (!wish.isStopped) {
      const run = options.runs.find(({ status }) => status === "queued");
      if (run === undefined) await wait(20);
      else await carryOut(run, options, () => wish.dying);
    }
  };
  const working = work();
  return {
    losePower: (host) => {
      wish.dying = host;
    },
    repair: () => {
      wish.dying = undefined;
    },
    stop: async () => {
      wish.isStopped = true;
      await working;
    },
  };
}

/** One wave: the jobs of its hosts run at the same time, and each leaves a report. */
async function carryOut(
  run: PeerRun,
  options: RunnersOptions,
  dying: () => string | undefined,
): Promise<void> {
  run.status = "in_progress";
  const { plan: digest = "", wave = "" } = run.inputs;
  const text = await options.repo.read(ledgerBranch, planPath(digest));
  const plan = readPlan(text, hashSha256)?.plan;
  if (plan === undefined) throw new Error("the ledger holds no such plan");
  const hosts = plan.waves[Number(wave) - 1] ?? [];
  const jobs = await Promise.all(
    hosts.map(async (host): Promise<Job> => {
      const place = await prepareJob(host, text, { run, options });
      const child = startJob(host, plan, { run, options, place });
      return { host, report: await follow(child, host, { options, dying }) };
    }),
  );
  const step = isRehearsal(run) ? rehearseStep : applyStep;
  run.jobs = jobs.map(({ host, report }) => {
    const conclusion = report === undefined ? "failure" : "success";
    return { name: host, status: "completed", steps: [{ name: step, status: "completed", conclusion }] };
  });
  run.artifacts = jobs.flatMap(({ host, report }, index) => {
    if (report === undefined) return [];
    const name = `${artifactPrefix}${host}`;
    return [{ id: run.id * 100 + index, name, archive: makeZip({ [`${name}.json`]: report }) }];
  });
  run.status = "completed";
}

interface Context {
  readonly run: PeerRun;
  readonly options: RunnersOptions;
}

/**
 * Writes the files that the workflow checks out before it applies; returns the directory of the
 * job.
 */
async function prepareJob(host: string, plan: string, { run, options }: Context): Promise<string> {
  const place = join(options.folder, host);
  mkdirSync(place, { recursive: true });
  const { commit = "", ticket = "" } = run.inputs;
  await options.repo.checkOut(commit, join(place, "config"));
  writeFileSync(join(place, "plan.json"), plan, "latin1");
  writeFileSync(join(place, "ticket"), ticket);
  return place;
}

function isRehearsal({ inputs }: PeerRun): boolean {
  return inputs["mode"] === "rehearse";
}

/** Like the steps `Apply` and `Rehearse` of sesam-rollout.yml, without sudo. */
function startJob(
  host: string,
  { phase }: Plan,
  { run, options, place }: Context & { readonly place: string },
): ChildProcess {
  const { wave = "", commit = "" } = run.inputs;
  const command = isRehearsal(run) ? ["host", "check", "--attempt", "1"] : ["apply"];
  const args = [...command, "--from-job", "--format", "json", "--host", host, "--phase", phase];
  const where = ["--repo", "config", "--plan", "plan.json", "--ticket", "ticket"];
  const words = [options.program, ...args, "--wave", wave, "--commit", commit, ...where];
  return spawn(process.execPath, words, {
    cwd: place,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, like a job of a runner.
    detached: true,
  });
}

/** Returns the report; undefined if the job was lost. */
async function follow(
  child: ChildProcess,
  host: string,
  { options, dying }: { readonly options: RunnersOptions; readonly dying: () => string | undefined },
): Promise<string | undefined> {
  let report = "";
  let isLost = false;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    report += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.trimEnd().split("\n")) options.tell(host, line);
    if (dying() !== host || !text.includes("checking whether")) return;
    isLost = true;
    options.tell(host, "(the runner loses power: its job is gone, with all that it started)");
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
  await new Promise((done) => child.once("close", done));
  return isLost || report === "" ? undefined : report;
}
