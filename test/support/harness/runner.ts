import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { onTestFinished } from "vitest";
import { prepareStep, readStep, startPrepared, type Step, type StepResult } from "./step.ts";

export {
  parseCommand,
  parseFileCommand,
  readActionFile,
  readPayload,
  token,
  type StepResult,
  type WorkflowCommand,
} from "./step.ts";

type Texts = Readonly<Record<string, string>>;

/**
 * Starts the bundle like the GitHub runner: all inputs of action.yml in the environment, with their
 * defaults, the five command files, the workspace as working directory. Source: the runner's
 * Handler.cs, NodeScriptActionHandler.cs, ActionCommandManager.cs, FileCommandManager.cs.
 */
export function runStep(inputs: Texts, workspace: string, extra: Texts = {}): StepResult {
  const step = prepare(inputs, workspace, extra);
  const { status, stdout, stderr } = spawnSync(process.execPath, [step.main], {
    cwd: workspace,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: step.env,
  });
  return readStep(step, status, stdout + stderr, `${stdout}\n${stderr}`);
}

/** The same, for a step that talks to a server of the tests. */
export async function startStep(
  inputs: Texts,
  workspace: string,
  extra: Texts = {},
): Promise<StepResult> {
  return startPrepared(prepare(inputs, workspace, extra), workspace);
}

function prepare(inputs: Texts, workspace: string, extra: Texts): Step {
  const step = prepareStep(inputs, workspace, extra);
  onTestFinished(() => rmSync(step.temp, { recursive: true, force: true }));
  return step;
}
