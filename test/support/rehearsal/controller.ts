import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashSha256 } from "../../../src/adapters/hashes.ts";
import { createNodeFiles } from "../../../src/adapters/node-files.ts";
import { generateSigningKey, openSigner } from "../../../src/adapters/signatures.ts";
import { readHostReport, type HostReport } from "../../../src/core/rollout/host-report.ts";
import { printPublicKey } from "../../../src/core/rollout/jws.ts";
import { readPlan } from "../../../src/core/rollout/plan-file.ts";
import { digestGlobals, type Plan } from "../../../src/core/rollout/plan.ts";
import { newEnvironment, type HostRecord } from "../../../src/core/rollout/records.ts";
import { runInputsOf } from "../../../src/core/rollout/run-inputs.ts";
import { signTicket, type TicketClaims } from "../../../src/core/rollout/ticket.ts";
import type { Phase } from "../../../src/core/verify/expectation.ts";
import { artifactPrefix } from "../../../src/usecases/collect-reports.ts";
import { loadTargets } from "../../../src/usecases/fleet-targets.ts";
import { commitAll, runGit } from "../git.ts";
import { commitLedger } from "../ledger-tree.ts";
import { distFile } from "../programs.ts";
import type { Machine } from "../workflow/actions.ts";
import { runWorkflow, type WorkflowRan, type WorkflowRun } from "../workflow/run.ts";
import {
  createHosts,
  environment,
  installFleet,
  listConfigFiles,
  nameFile,
  repositoryNumber,
  type FileName,
  type RehearsalHost,
} from "./fleet.ts";

export interface ApprovedPlan {
  readonly plan: Plan;
  readonly digest: string;
}

export interface WaveChange {
  readonly claim?: Partial<TicketClaims>;
  readonly attempt?: number;
  /** Hosts whose runners do not come. */
  readonly offline?: readonly string[];
  readonly beforeJob?: WorkflowRun["beforeJob"];
  readonly parallel?: number;
}

export interface WaveRan extends WorkflowRan {
  /** Reports of the hosts that left one. */
  readonly reports: ReadonlyMap<string, HostReport>;
}

/**
 * A fleet, its config repo and what a controller does for a rollout, as far as the workflow meets
 * it: it plans with the built program, records in the ledger, signs, dispatches and reads results.
 */
export interface Rehearsal {
  readonly hosts: readonly RehearsalHost[];
  readonly planPhase: (phase: Phase) => ApprovedPlan;
  readonly dispatch: (plan: ApprovedPlan, wave: number, change?: WaveChange) => Promise<WaveRan>;
  /** Writes down that the rollout was aborted. */
  readonly abort: () => void;
  /** Records what the hosts of a wave proved. */
  readonly record: (plan: ApprovedPlan, wave: number, ran: WaveRan) => void;
  readonly nameFiles: () => Readonly<Record<string, FileName>>;
  readonly remove: () => Promise<void>;
}

const rollout = "2026-11-10";
const workflowFile = new URL(
  "../../../examples/config-repo/.github/workflows/sesam-rollout.yml",
  import.meta.url,
);

export async function createRehearsal(count: number): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
  const hosts = createHosts(count);
  await Promise.all(hosts.map(({ standIn }) => standIn.run("restart")));
  const { privateKey, publicKey } = await generateSigningKey();
  const signer = await openSigner(privateKey);
  const bin = installFleet(join(folder, "installed"), hosts, [publicKey]);
  const config = writeConfigRepo(join(folder, "config"), hosts);
  const findMachine = createMachines(join(folder, "machines"), bin);
  let sequence = 10;
  // As verify saw them, before any rollout.
  recordHosts(
    config,
    hosts.map(({ name, files }) => ({ host: name, file: files.plain, proven: null })),
  );
  return {
    hosts,
    planPhase: (phase) => planWithProgram(config, phase),
    dispatch: async (plan, wave, change = {}) => {
      commitLedger(config, { rollouts: { [rollout]: { kind: "running", wave, run: sequence } } });
      const claims = { ...claimsFor(plan, wave, sequence++), ...change.claim };
      const artifacts = new Map<string, ReadonlyMap<string, Buffer>>();
      const { attempt = 1, offline = [], parallel = 3, beforeJob = async () => {} } = change;
      const ran = await runWorkflow({
        text: readFileSync(workflowFile, "utf8"),
        inputs: runInputsOf(await signTicket(claims, signer), claims, `corr-${sequence}`),
        vars: { SESAM_HARDEN_KEYS: printPublicKey(publicKey) },
        repository: repositoryNumber,
        site: { origin: `file://${config}`, artifacts },
        findMachine: (labels) =>
          labels.some((label) => offline.includes(label)) ? undefined : findMachine(labels),
        parallel,
        attempt,
        beforeJob,
      });
      return { ...ran, reports: readReports(artifacts) };
    },
    abort: () => {
      const state = { kind: "aborting", wave: 2, run: sequence, by: "anna" } as const;
      commitLedger(config, { rollouts: { [rollout]: state } });
    },
    record: ({ plan, digest }, wave, { reports }) => {
      const good = [...reports.values()].filter(({ outcome }) => outcome === "good");
      if (good.length === 0) return;
      recordHosts(
        config,
        good.map(({ host }) => ({
          host,
          file: readFileSync(findHost(hosts, host).standIn.stpdIni, "latin1"),
          proven: { phase: plan.phase, plan: digest, rollout, wave },
        })),
      );
    },
    nameFiles: () => Object.fromEntries(hosts.map((host) => [host.name, nameFile(host)])),
    remove: async () => {
      await Promise.all(hosts.map(({ standIn }) => standIn.remove()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function findHost(hosts: readonly RehearsalHost[], name: string): RehearsalHost {
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

/** The global settings count as recorded all the time. */
function recordHosts(config: string, hosts: readonly HostRecord[]): void {
  const targets = loadTargets({ paths: [config], overrides: {}, names: [] }, createNodeFiles());
  const globals = digestGlobals(targets.hosts, hashSha256);
  commitLedger(config, { hosts, environments: [{ ...newEnvironment(environment), globals }] });
}

function planWithProgram(config: string, phase: Phase): ApprovedPlan {
  const number = ["--repository", String(repositoryNumber)];
  const args = ["plan", environment, "--phase", phase, ...number, "--format", "json"];
  const { stdout, stderr } = spawnSync(process.execPath, [distFile, ...args], {
    cwd: config,
    encoding: "utf8",
  });
  const read = readPlan(stdout, hashSha256);
  if (read === undefined) throw new Error(stderr);
  commitLedger(config, { plans: [stdout] });
  return read;
}

function claimsFor({ plan, digest }: ApprovedPlan, wave: number, sequence: number): TicketClaims {
  const seconds = Math.floor(Date.now() / 1000);
  const { commit, phase, ledger } = plan;
  return {
    schemaVersion: 1,
    rollout,
    wave,
    sequence,
    repository: repositoryNumber,
    commit,
    phase,
    environment,
    plan: digest,
    ledger,
    nbf: seconds - 5,
    exp: seconds + 600,
  };
}

function writeConfigRepo(folder: string, hosts: readonly RehearsalHost[]): string {
  for (const [path, text] of Object.entries(listConfigFiles(hosts))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, "latin1");
  }
  runGit(folder, "init", "--quiet", "--initial-branch=main");
  // As GitHub's servers are set.
  runGit(folder, "config", "uploadpack.allowFilter", "true");
  runGit(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
  commitAll(folder);
  return folder;
}

/** GitHub's machines are new for each job, self-hosted ones stay as the last job left them. */
function createMachines(folder: string, bin: string): WorkflowRun["findMachine"] {
  const path = process.env["PATH"] ?? "";
  const create = (name: string, own: string): Machine => {
    const [workspace, temp] = [join(folder, name, "work"), join(folder, name, "temp")];
    mkdirSync(workspace, { recursive: true });
    mkdirSync(temp, { recursive: true });
    return { workspace, temp, path: own };
  };
  let hosted = 0;
  return ([first = "", label]) => {
    if (first === "ubuntu-latest") return create(`hosted-${hosted++}`, path);
    if (first !== "self-hosted" || label === undefined) return undefined;
    return create(label, `${bin}:${path}`);
  };
}

function readReports(
  artifacts: ReadonlyMap<string, ReadonlyMap<string, Buffer>>,
): ReadonlyMap<string, HostReport> {
  const reports = [...artifacts].flatMap(([name, files]) => {
    const report = readHostReport(files.get(`${name}.json`)?.toString("utf8") ?? "");
    return report === undefined ? [] : [[name.slice(artifactPrefix.length), report] as const];
  });
  return new Map(reports);
}
