import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { actions, type Machine, type RunSite } from "./actions.ts";
import {
  interpolate,
  isDue,
  resolve,
  type Contexts,
  type Json,
  type Standing,
} from "./expressions.ts";
import { runProgram } from "./processes.ts";

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, Json>>;
}

interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "runs-on": Json;
  readonly strategy?: { readonly matrix?: Json };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Result = Standing | "skipped";

export interface JobRan {
  readonly id: string;
  readonly name: string;
  /** Values of the matrix. */
  readonly matrix: Contexts;
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the steps that ran. */
  readonly steps: readonly string[];
  readonly log: string;
}

export interface WorkflowRun {
  readonly text: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly attempt?: number;
  /** GitHub ID of the repository. */
  readonly repository: number;
  readonly site: Pick<RunSite, "origin" | "artifacts">;
  /**
   * Returns the machine for a job with these labels; undefined: none comes, and the job is
   * cancelled.
   */
  readonly findMachine: (labels: readonly string[]) => Machine | undefined;
  /** Maximum number of concurrent jobs. */
  readonly parallel?: number;
  /** Called before each job, to act while a run is in progress. */
  readonly beforeJob?: (id: string, matrix: Contexts) => Promise<void>;
}

export interface WorkflowRan {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly jobs: readonly JobRan[];
}

/**
 * Runs a workflow like GitHub, job by job in the order of `needs`. It supports what the workflows
 * here use, and throws on anything else. It replaces GitHub's runner and its orchestration;
 * expressions are evaluated by GitHub's own library.
 */
export async function runWorkflow(run: WorkflowRun): Promise<WorkflowRan> {
  const workflow: Workflow = parseYaml(run.text);
  const done = new Map<string, readonly JobRan[]>();
  const pending = new Map(Object.entries(workflow.jobs));
  while (pending.size > 0) {
    const next = [...pending].find(([, job]) => needsOf(job).every((id) => done.has(id)));
    if (next === undefined) throw new Error("the jobs need each other in a cycle");
    const [id, job] = next;
    pending.delete(id);
    done.set(id, await runJobs(id, job, { run, done }));
  }
  const jobs = [...done.values()].flat();
  const results = jobs.map(({ result }) => result);
  const worst = (["failure", "cancelled"] as const).find((one) => results.includes(one));
  return { conclusion: worst ?? "success", jobs };
}

interface Progress {
  readonly run: WorkflowRun;
  readonly done: ReadonlyMap<string, readonly JobRan[]>;
}

function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === "string" ? [needs] : needs;
}

/** All jobs that a matrix makes from a job. */
async function runJobs(id: string, job: Job, progress: Progress): Promise<readonly JobRan[]> {
  const contexts = contextsFor(job, progress);
  const nothing = { id, name: id, matrix: {}, outputs: {}, steps: [], log: "" };
  if (!isDue(job.if, contexts, standingOf(job, progress))) {
    return [{ ...nothing, result: "skipped" }];
  }
  const matrices = listMatrices(job, contexts);
  if (matrices.length === 0) {
    const log = "Matrix vector does not contain any values";
    return [{ ...nothing, log, result: "failure" }];
  }
  const queue = matrices.map((matrix, index) => ({ matrix, index }));
  const ran: JobRan[] = [];
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      await progress.run.beforeJob?.(id, one.matrix);
      ran[one.index] = await runJob(id, job, { ...contexts, matrix: one.matrix }, progress.run);
    }
  };
  await Promise.all(Array.from({ length: progress.run.parallel ?? 2 }, work));
  return ran;
}

function standingOf(job: Job, { done }: Progress): Standing {
  const results = needsOf(job).map((id) => resultOf(done.get(id) ?? []));
  if (results.includes("failure")) return "failure";
  return results.every((result) => result === "success") ? "success" : "cancelled";
}

function resultOf(jobs: readonly JobRan[]): Result {
  const results = jobs.map(({ result }) => result);
  const order: readonly Result[] = ["failure", "cancelled", "skipped"];
  return order.find((result) => results.includes(result)) ?? "success";
}

function contextsFor(job: Job, { run, done }: Progress): Contexts {
  const needs = needsOf(job).map((id) => {
    const jobs = done.get(id) ?? [];
    // Of a matrix the last one that sets an output wins; nothing here relies on it.
    const outputs = Object.assign({}, ...jobs.map((one) => one.outputs));
    return [id, { result: resultOf(jobs), outputs }] as const;
  });
  return {
    github: { run_attempt: run.attempt ?? 1, event_name: "workflow_dispatch" },
    inputs: run.inputs,
    vars: run.vars,
    needs: Object.fromEntries(needs),
  };
}

/** Only lists of `include`, as the gate returns them; one empty one without a matrix. */
function listMatrices({ strategy }: Job, contexts: Contexts): readonly Contexts[] {
  if (strategy?.matrix === undefined) return [{}];
  const matrix = resolve(strategy.matrix, contexts);
  const isKnown = typeof matrix === "object" && matrix !== null && !Array.isArray(matrix);
  const { include, ...rest } = isKnown ? (matrix as { readonly [key: string]: Json }) : {};
  if (!Array.isArray(include) || Object.keys(rest).length > 0) {
    throw new Error(`the fake only supports matrices of include: ${JSON.stringify(matrix)}`);
  }
  return include as readonly Contexts[];
}

async function runJob(id: string, job: Job, contexts: Contexts, run: WorkflowRun): Promise<JobRan> {
  const matrix = contexts["matrix"] as Contexts;
  const name = interpolate(job.name ?? id, contexts);
  const labels = [resolve(job["runs-on"], contexts)].flat().map(String);
  const machine = run.findMachine(labels);
  if (machine === undefined) {
    const log = `no runner with the labels ${labels.join(", ")} came`;
    return { id, name, matrix, result: "cancelled", outputs: {}, steps: [], log };
  }
  const steps: Record<string, Json> = {};
  const names: string[] = [];
  let standing: Standing = "success";
  let log = "";
  for (const step of job.steps) {
    const known: Contexts = { ...contexts, steps };
    if (!isDue(step.if, known, standing)) continue;
    const env = { ...job.env, ...step.env };
    const ran = await runStep({ ...step, env }, known, { machine, run });
    names.push(step.name ?? step.uses ?? step.run ?? "");
    log += `${names.at(-1)}\n${ran.log}\n`;
    if (ran.status !== 0) standing = "failure";
    const result = ran.status === 0 ? "success" : "failure";
    if (step.id !== undefined) {
      steps[step.id] = { outputs: ran.outputs, outcome: result, conclusion: result };
    }
  }
  const outputs = Object.entries(job.outputs ?? {}).map(([output, value]) => [
    output,
    interpolate(value, { ...contexts, steps }),
  ]);
  const made = { outputs: Object.fromEntries(outputs), steps: names };
  return { id, name, matrix, result: standing, ...made, log };
}

interface Place {
  readonly machine: Machine;
  readonly run: WorkflowRun;
}

async function runStep(step: Step, contexts: Contexts, { machine, run }: Place) {
  mkdirSync(machine.workspace, { recursive: true });
  const event = join(mkdtempSync(join(machine.temp, "event-")), "event.json");
  writeFileSync(event, JSON.stringify({ inputs: run.inputs, ref: "refs/heads/main" }));
  const variables = {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: "example/config",
    GITHUB_REPOSITORY_ID: String(run.repository),
    GITHUB_RUN_ATTEMPT: String(run.attempt ?? 1),
  };
  if (step.uses !== undefined) {
    const action = actions[step.uses.split("@")[0] ?? ""];
    if (action === undefined) throw new Error(`the fake does not support ${step.uses}`);
    const given = Object.entries(step.with ?? {}).map(
      ([name, value]) => [name, interpolate(String(value), contexts)] as const,
    );
    return action(Object.fromEntries(given), machine, { ...run.site, variables });
  }
  const own = Object.entries(step.env ?? {}).map(
    ([name, value]) => [name, interpolate(value, contexts)] as const,
  );
  const script = join(mkdtempSync(join(machine.temp, "script-")), "script.sh");
  writeFileSync(script, interpolate(step.run ?? "", contexts));
  const env = { PATH: machine.path, HOME: machine.temp, ...variables, ...Object.fromEntries(own) };
  // The shell if a step names none. Source: GitHub, Workflow syntax, jobs.<job_id>.steps[*].shell.
  const ran = await runProgram(["bash", "-e", script], { cwd: machine.workspace, env });
  return { ...ran, outputs: {} };
}
