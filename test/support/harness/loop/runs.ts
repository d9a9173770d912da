import { parse as parseYaml } from "yaml";
import { artifactPrefix } from "../../../../src/core/rollout/dispatch/collect-reports.ts";
import {
  type DispatchAnswer,
  type WaveJobs,
  type WaveRuns,
  applyStep,
  rehearseStep,
} from "../../../../src/core/rollout/dispatch/workflow-port.ts";
import type { RunSite } from "../workflow/actions.ts";
import { interpolate } from "../workflow/expressions.ts";
import type { WorkflowRan } from "../workflow/run.ts";
import { workflowText, type RunChange, type Site } from "./site.ts";
import type { RunInputs } from "../../../../src/core/rollout/dispatch/wave-run.ts";

type Inputs = RunInputs;

export interface SiteRunStarted {
  readonly id: number;
  /** As the workflow names it. */
  readonly title: string;
  readonly artifacts: RunSite["artifacts"];
  /** Undefined while it is running. */
  ran: WorkflowRan | undefined;
}

/**
 * What happens to a dispatch instead of being accepted: only the answer is lost; or the run too,
 * which then appears before the one that is sent in its place, or after it.
 */
export type DispatchFault = "answer-lost" | "turns-up-before" | "turns-up-after";

/** GitHub Actions for a controller: runs the workflow for each dispatch. */
export interface SiteRuns {
  readonly runs: WaveRuns;
  readonly jobs: WaveJobs;
  readonly started: readonly SiteRunStarted[];
  /** Faults of the next dispatches, in order. */
  readonly faults: DispatchFault[];
  /** Waits for all runs that were started. */
  readonly settle: () => Promise<void>;
}

export function createSiteRuns(site: Site, change: RunChange = {}): SiteRuns {
  const started: SiteRunStarted[] = [];
  const faults: DispatchFault[] = [];
  let held: { readonly inputs: Inputs; readonly fault: DispatchFault } | undefined;
  // Sequentially, as the `concurrency` of the workflow requires.
  let queue: Promise<unknown> = Promise.resolve();

  const start = (inputs: Inputs): number => {
    const title = nameRun(inputs);
    const run: SiteRunStarted = {
      id: 100 + started.length,
      title,
      artifacts: new Map(),
      ran: undefined,
    };
    started.push(run);
    queue = queue.then(async () => {
      run.ran = await site.run({ ...change, inputs, artifacts: run.artifacts });
    });
    return run.id;
  };
  const dispatch = async (inputs: Inputs): Promise<DispatchAnswer> => {
    const fault = faults.shift();
    if (fault === "turns-up-before" || fault === "turns-up-after") {
      held = { inputs, fault };
      return { kind: "unknown" };
    }
    const late = held;
    held = undefined;
    if (late?.fault === "turns-up-before") start(late.inputs);
    const run = start(inputs);
    if (late?.fault === "turns-up-after") start(late.inputs);
    return fault === "answer-lost" ? { kind: "unknown" } : { kind: "accepted", run };
  };
  const find = (id: number): SiteRunStarted => {
    const run = started.find((one) => one.id === id);
    if (run === undefined) throw new Error(`there is no run ${id}`);
    return run;
  };
  return {
    runs: {
      dispatch,
      find: async (correlation) => {
        const [only, ...others] = started.filter(({ title }) => title.endsWith(`, ${correlation}`));
        return others.length === 0 ? only?.id : undefined;
      },
      look: async (id) => ({ kind: find(id).ran === undefined ? "under-way" : "completed" }),
      readReports: async (id) => readTexts(find(id).artifacts),
    },
    jobs: {
      read: async (id) => {
        const { ran } = find(id);
        if (ran === undefined)
          throw new Error(`the fake does not show jobs while run ${id} is at work`);
        return ran.jobs.map(({ name, steps, result }) => {
          const touched = steps.includes(applyStep);
          const applied = touched && result === "success";
          const isAsked = steps.includes(rehearseStep);
          const rehearsal = !isAsked ? "none" : result === "success" ? "passed" : "failed";
          return { name, attempt: 1, state: "done", touched, applied, rehearsal };
        });
      },
      end: async (id) => {
        throw new Error(`the fake cannot cancel run ${id}`);
      },
    },
    started,
    faults,
    settle: async () => {
      await queue;
    },
  };
}

function nameRun(inputs: Inputs): string {
  const workflow: { readonly "run-name": string } = parseYaml(workflowText);
  return interpolate(workflow["run-name"], { inputs });
}

function readTexts(artifacts: RunSite["artifacts"]): ReadonlyMap<string, string | null> {
  const texts = [...artifacts].map(([name, files]) => {
    const text = files.get(`${name}.json`)?.toString("utf8") ?? null;
    return [name.slice(artifactPrefix.length), text] as const;
  });
  return new Map(texts);
}
