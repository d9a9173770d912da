import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";

/** A workflow command as the GitHub runner parses it from a line of output. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface StepResult {
  readonly status: number | null;
  readonly commands: readonly WorkflowCommand[];
  /** Lines that are not commands. */
  readonly log: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly raw: string;
}

interface ActionFile {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly deprecationMessage?: string }>
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const top = new URL("../../../", import.meta.url);

export function readActionFile(path = "action.yml"): ActionFile {
  return parseYaml(readFileSync(new URL(path, top), "utf8"));
}

/** A step that is ready to start, as for `runStep`. */
export interface Step {
  readonly main: string;
  /** Directory for this step only. */
  readonly temp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly outputFile: string;
  readonly summaryFile: string;
}

type Payload = Readonly<Record<string, unknown>>;

/**
 * Events as GitHub sends them. Source: `@octokit/webhooks-examples` 7.6.1 (MIT); those of schedule
 * and workflow_dispatch, which are not webhooks, from GitHub's documentation.
 */
export function readPayload(event: string): Payload {
  if (event === "schedule") return { schedule: "17 3 * * *" };
  if (event === "workflow_dispatch") return { inputs: null, ref: "refs/heads/main" };
  const name = event === "pull_request_target" ? "pull_request" : event;
  return JSON.parse(readFileSync(new URL(`test/fixtures/events/${name}.json`, top), "utf8"));
}

export function prepareStep(
  inputs: Readonly<Record<string, string>>,
  workspace: string,
  extra: Readonly<Record<string, string>>,
): Step {
  const action = readActionFile();
  const temp = mkdtempSync(join(tmpdir(), "runner-"));
  const files = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"].map((name) => {
    const path = join(temp, name.toLowerCase());
    writeFileSync(path, "");
    return [`GITHUB_${name}`, path] as const;
  });
  const eventFile = join(temp, "event.json");
  writeFileSync(eventFile, JSON.stringify(readPayload(extra["GITHUB_EVENT_NAME"] ?? "push")));
  const values = Object.entries(action.inputs).map(([name, { default: fallback = "" }]) => {
    const value = inputs[name] ?? (fallback === "${{ github.token }}" ? token : fallback);
    return [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value] as const;
  });
  return {
    main: fileURLToPath(new URL(action.runs.main, top)),
    temp,
    outputFile: join(temp, "output"),
    summaryFile: join(temp, "step_summary"),
    env: {
      PATH: process.env["PATH"] ?? "",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: "example/config",
      GITHUB_EVENT_NAME: "push",
      GITHUB_EVENT_PATH: eventFile,
      RUNNER_TEMP: temp,
      ...Object.fromEntries([...files, ...values]),
      ...extra,
    },
  };
}

/** Starts a step, and waits for it without blocking the servers that it talks to. */
export async function startPrepared(step: Step, workspace: string): Promise<StepResult> {
  const child = spawn(process.execPath, [step.main], {
    cwd: workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: step.env,
  });
  const texts = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (texts.err += chunk.toString("utf8")));
  const status = await new Promise<number | null>((done) => child.on("close", done));
  return readStep(step, status, texts.out + texts.err, `${texts.out}\n${texts.err}`);
}

export function readStep(step: Step, status: number | null, raw: string, text: string): StepResult {
  const lines = text.split(/\r\n|\r|\n/);
  const commands = lines.map(parseCommand);
  const outputs = parseFileCommand(readFileSync(step.outputFile, "utf8"));
  const summary = readFileSync(step.summaryFile, "utf8");
  return {
    status,
    commands: commands.filter((command) => command !== undefined),
    log: lines.filter((line, index) => commands[index] === undefined && line !== ""),
    outputs,
    summary,
    raw,
  };
}

/** Looks like a GitHub token but is not one; no output may contain it. */
export const token = `ghs_${"not.a.real_token".repeat(8)}`;

/**
 * Both forms that the runner accepts: `::name props::message` at the start, `##[name props]`
 * anywhere.
 */
export function parseCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/.exec(line);
  const old = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)/.exec(line);
  const [, name, written = "", message = ""] = match ?? old ?? [];
  if (name === undefined) return undefined;
  const separator = match === null ? ";" : ",";
  const properties = written
    .split(separator)
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return [part.slice(0, equals), unescape(part.slice(equals + 1), true)] as const;
    });
  return { name, properties: Object.fromEntries(properties), message: unescape(message, false) };
}

function unescape(text: string, property: boolean): string {
  const lines = text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  const whole = property ? lines.replaceAll("%3A", ":").replaceAll("%2C", ",") : lines;
  return whole.replaceAll("%25", "%");
}

/** `k=v`, or `k<<DELIMITER` with the value on the lines up to the delimiter. */
export function parseFileCommand(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/);
  const values: Record<string, string> = {};
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === "") continue;
    const equals = line.indexOf("=");
    const here = line.indexOf("<<");
    if (here >= 0 && (equals < 0 || here < equals)) {
      const delimiter = line.slice(here + 2);
      const end = lines.indexOf(delimiter);
      if (end < 0) throw new Error(`no closing delimiter ${delimiter}`);
      values[line.slice(0, here)] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n");
    } else if (equals > 0) values[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`neither = nor << in ${line}`);
  }
  return values;
}
