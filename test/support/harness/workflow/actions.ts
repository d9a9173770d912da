import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createMatcher } from "../../../../src/core/settings/glob.ts";
import { distFile } from "../programs.ts";
import { parseFileCommand, readActionFile } from "../runner.ts";
import { runProgram, type Ran } from "./processes.ts";

/** Directories of one machine that runs jobs. */
export interface Machine {
  /** Working directory of jobs; a self-hosted runner keeps it. */
  readonly workspace: string;
  readonly temp: string;
  /** PATH of its jobs. */
  readonly path: string;
}

/** Shared by all jobs of a run. */
export interface RunSite {
  /** The repository that jobs check out, in a form that Git accepts. */
  readonly origin: string;
  /** Set by the runner for every step. */
  readonly variables: Readonly<Record<string, string>>;
  /** Artifacts by name, each a file by its name. */
  readonly artifacts: Map<string, ReadonlyMap<string, Buffer>>;
}

export interface ActionRan extends Ran {
  readonly outputs: Readonly<Record<string, string>>;
}

type Given = Readonly<Record<string, string>>;
type Action = (given: Given, machine: Machine, site: RunSite) => Promise<ActionRan>;

/** The actions that the workflows use; ours is the bundled program, the others are fakes. */
export const actions: Readonly<Record<string, Action>> = {
  "actions/checkout": checkOut,
  "actions/upload-artifact": upload,
  "actions/download-artifact": download,
  "sesam-harden/sesam-harden": (...args) => runOurs("action.yml", ...args),
  "sesam-harden/sesam-harden/gate": (...args) => runOurs("gate/action.yml", ...args),
  "sesam-harden/sesam-harden/judge": (...args) => runOurs("judge/action.yml", ...args),
};

/**
 * Like actions/checkout 7, without a login: a shallow fetch of one commit, partial if the checkout
 * is sparse. Afterwards nothing more can be fetched, since no credentials are kept.
 */
async function checkOut(given: Given, machine: Machine, site: RunSite): Promise<ActionRan> {
  const folder = join(machine.workspace, given["path"] ?? "");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = { PATH: machine.path, HOME: machine.temp, GIT_TERMINAL_PROMPT: "0" };
  const git = (...args: readonly string[]) => runProgram(["git", ...args], { cwd: folder, env });
  const ref = given["ref"] ?? "";
  const sparse = given["sparse-checkout"];
  const wanted = /^[0-9a-f]{40}$/.test(ref) ? ref : `refs/heads/${ref}`;
  const filter = sparse === undefined ? [] : ["--filter=blob:none"];
  const patterns = (sparse ?? "").split("\n").filter((line) => line !== "");
  const isCone = given["sparse-checkout-cone-mode"] !== "false";
  const cone = ["sparse-checkout", "set", isCone ? "--cone" : "--no-cone", ...patterns];
  const steps: readonly (readonly string[])[] = [
    ["init", "--quiet"],
    ["remote", "add", "origin", site.origin],
    ["fetch", "--quiet", "--no-tags", "--depth=1", ...filter, "origin", wanted],
    ...(sparse === undefined ? [] : [cone]),
    ["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"],
    ["remote", "set-url", "origin", "file:///no/credentials"],
  ];
  let log = "";
  for (const step of steps) {
    const ran = await git(...step);
    log += ran.log;
    if (ran.status !== 0) return { status: 1, log: `git ${step.join(" ")}: ${log}`, outputs: {} };
  }
  return { status: 0, log, outputs: {} };
}

/** Refuses a name that exists, like actions/upload-artifact 7. */
async function upload(given: Given, { workspace }: Machine, site: RunSite): Promise<ActionRan> {
  const { name = "", path = "" } = given;
  const file = join(workspace, path);
  if (/[":<>|*?\r\n\\/]/.test(name)) return failed(`${name} is not a valid artifact name`);
  if (!existsSync(file)) return failed(`No files were found with the provided path: ${path}`);
  if (site.artifacts.has(name)) return failed(`an artifact ${name} is there already`);
  site.artifacts.set(name, new Map([[basename(file), readFileSync(file)]]));
  return { status: 0, log: "", outputs: {} };
}

/**
 * Like actions/download-artifact 8: a directory for each artifact, but none if there is only one.
 */
async function download(given: Given, { workspace }: Machine, site: RunSite): Promise<ActionRan> {
  const { pattern = "*", path = "" } = given;
  const isWanted = createMatcher(pattern);
  const chosen = [...site.artifacts].filter(([name]) => isWanted(name));
  for (const [name, files] of chosen) {
    const folder = join(workspace, path, chosen.length === 1 ? "" : name);
    mkdirSync(folder, { recursive: true });
    for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  }
  return { status: 0, log: `Total of ${chosen.length} artifact(s) downloaded`, outputs: {} };
}

/** Like the runner starts a JavaScript action. */
async function runOurs(
  actionFile: string,
  given: Given,
  machine: Machine,
  site: RunSite,
): Promise<ActionRan> {
  const folder = mkdtempSync(join(machine.temp, "step-"));
  const [output, summary] = [join(folder, "output"), join(folder, "summary")];
  for (const file of [output, summary]) writeFileSync(file, "");
  const inputs = Object.entries(readActionFile(actionFile).inputs).map(
    ([name, { default: fallback = "" }]) =>
      [`INPUT_${name.toUpperCase()}`, given[name] ?? fallback] as const,
  );
  const env = {
    PATH: machine.path,
    HOME: machine.temp,
    GITHUB_WORKSPACE: machine.workspace,
    RUNNER_TEMP: machine.temp,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    ...site.variables,
    ...Object.fromEntries(inputs),
  };
  const ran = await runProgram([process.execPath, distFile], { cwd: machine.workspace, env });
  return { ...ran, outputs: parseFileCommand(readFileSync(output, "utf8")) };
}

function failed(log: string): ActionRan {
  return { status: 1, log, outputs: {} };
}
