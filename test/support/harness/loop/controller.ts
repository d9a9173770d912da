import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { createNodeFiles } from "../../../../src/adapters/runtime/node-files.ts";
import {
  readHostReport,
  type HostReport,
  type SignedReport,
} from "../../../../src/core/rollout/dispatch/host-report.ts";
import { readPlan } from "../../../../src/core/rollout/plan/plan-file.ts";
import { digestGlobals, type Plan } from "../../../../src/core/rollout/plan/plan.ts";
import { newEnvironment, type HostRecord } from "../../../../src/core/rollout/state/records.ts";
import {
  signRehearsalTicket,
  signTicket,
  type RehearsalClaims,
  type TicketClaims,
} from "../../../../src/core/rollout/dispatch/ticket.ts";
import {
  readRehearsalReport,
  type RehearsalReport,
} from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import {
  judgeRehearsalSignature,
  type ReportSignature,
} from "../../../../src/core/rollout/dispatch/report-signature.ts";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import { artifactPrefix } from "../../../../src/core/rollout/dispatch/collect-reports.ts";
import { planFleet } from "../../../../src/core/rollout/plan/plan-fleet.ts";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { findLedger, openCommit } from "../../../../src/shell/plan-inputs.ts";
import { loadTargets } from "../../../../src/core/config-repo/load-hosts.ts";
import { commitLedger } from "../../builders/ledger-tree.ts";
import { distFile } from "../programs.ts";
import type { RunSite } from "../workflow/actions.ts";
import type { WorkflowRan } from "../workflow/run.ts";
import {
  environment,
  findHost,
  nameFiles,
  repositoryNumber,
  type FileName,
  type LoopHost,
} from "./fleet.ts";
import { createSite, type RunChange, type Site } from "./site.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";
import { rehearsalInputsOf, runInputsOf } from "../../../../src/core/rollout/dispatch/wave-run.ts";

export interface ApprovedPlan {
  readonly plan: Plan;
  readonly digest: string;
}

export interface WaveChange extends RunChange {
  readonly claim?: Partial<TicketClaims>;
}

export interface WaveRan extends WorkflowRan {
  /** Reports of the hosts that left one. */
  readonly reports: ReadonlyMap<string, HostReport | SignedReport>;
}

export interface RehearsalChange extends RunChange {
  readonly claim?: Partial<RehearsalClaims>;
}

export interface RehearsalRan extends WorkflowRan {
  /** Including artifacts without a report. */
  readonly artifacts: readonly string[];
  /** Reports of the hosts that left one, each with the status of its signature. */
  readonly reports: ReadonlyMap<string, RehearsalReport & { readonly worth: ReportSignature }>;
}

/**
 * A fleet, its config repo and what a controller does for a rollout, as far as the workflow is
 * concerned: it plans with the bundled program, records in the ledger, signs, dispatches and reads
 * results.
 */
export interface Loop {
  readonly hosts: readonly LoopHost[];
  /** What the jobs on the hosts call to become root. */
  readonly sudo: string;
  readonly planPhase: (phase: Phase) => ApprovedPlan;
  /** Plans to restore the bridges on these hosts, like the bot. */
  readonly planRollback: (names: readonly string[]) => Promise<ApprovedPlan>;
  readonly dispatch: (plan: ApprovedPlan, wave: number, change?: WaveChange) => Promise<WaveRan>;
  /** Rehearses a plan without approval on the hosts of a wave. */
  readonly rehearse: (
    plan: ApprovedPlan,
    wave: number,
    change?: RehearsalChange,
  ) => Promise<RehearsalRan>;
  /** Records that the rollout was aborted. */
  readonly abort: () => void;
  /** Records what the hosts of a wave verified. */
  readonly record: (plan: ApprovedPlan, wave: number, ran: WaveRan) => void;
  readonly nameFiles: () => Readonly<Record<string, FileName>>;
  readonly remove: () => Promise<void>;
}

const rollout = "2026-11-10";
export async function createLoop(count: number): Promise<Loop> {
  const site = await createSite(count);
  const { hosts, config, signer } = site;
  let sequence = 10;
  // As verify saw them, before any rollout.
  recordHosts(
    config,
    hosts.map(({ name, files }) => ({ host: name, file: files.plain, proven: null })),
  );
  return {
    hosts,
    sudo: site.sudo,
    planPhase: (phase) => planWithProgram(config, phase),
    planRollback: (names) => planBridges(config, names, hosts),
    dispatch: async (plan, wave, { claim = {}, ...change } = {}) => {
      commitLedger(config, { rollouts: { [rollout]: { kind: "running", wave, run: sequence } } });
      const claims = { ...claimsFor(plan, wave, sequence++), ...claim };
      const artifacts = new Map<string, ReadonlyMap<string, Buffer>>();
      const inputs = runInputsOf(await signTicket(claims, signer), claims, `corr-${sequence}`);
      const ran = await site.run({ ...change, inputs, artifacts });
      return { ...ran, reports: readReports(artifacts) };
    },
    rehearse: async (plan, wave, { claim = {}, ...change } = {}) => {
      const { sequence: _, ...claims } = { ...claimsFor(plan, wave, 0), ...claim };
      const ticket = await signRehearsalTicket(claims, signer);
      const artifacts = new Map<string, ReadonlyMap<string, Buffer>>();
      const inputs = rehearsalInputsOf(ticket, claims, `rehearsal-${wave}`);
      const ran = await site.run({ ...change, inputs, artifacts });
      const reports = await readRehearsals(artifacts, site);
      return { ...ran, artifacts: [...artifacts.keys()], reports };
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
    nameFiles: () => nameFiles(hosts),
    remove: site.remove,
  };
}

/** The global settings always count as recorded. */
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

async function planBridges(
  config: string,
  names: readonly string[],
  hosts: readonly LoopHost[],
): Promise<ApprovedPlan> {
  const { commit, files } = openCommit(config, "HEAD", createNodeFiles());
  const ledger = await findLedger(config, hashSha256)?.read(environment);
  if (ledger === undefined) throw new Error("there is no ledger");
  const { plan, digest } = planFleet(
    {
      paths: [config],
      repository: repositoryNumber,
      commit,
      phase: "open",
      asOf: new Date().toISOString().slice(0, 10),
      names,
      exceptions: [],
      waveSize: 4,
      ledger,
      restores: new Map(names.map((name) => [name, findHost(hosts, name).files.bridge])),
    },
    { files, hash: hashSha256 },
  );
  commitLedger(config, { plans: [printCanonical(plan)] });
  return { plan, digest };
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

async function readRehearsals(
  artifacts: RunSite["artifacts"],
  { hostKeys }: Pick<Site, "hostKeys">,
): Promise<RehearsalRan["reports"]> {
  const keys = new Map(hostKeys.map(({ host, ...key }) => [host, key]));
  const reports = new Map<string, RehearsalReport & { readonly worth: ReportSignature }>();
  for (const [host, report] of listRehearsals(artifacts)) {
    const worth = await judgeRehearsalSignature(report, host, keys, verifySignature);
    reports.set(host, { ...report, worth });
  }
  return reports;
}

/** By host. */
export function listRehearsals(
  artifacts: RunSite["artifacts"],
): readonly (readonly [string, RehearsalReport])[] {
  return [...artifacts].flatMap(([name, files]) => {
    const report = readRehearsalReport(files.get(`${name}.json`)?.toString("utf8") ?? "");
    return report === undefined ? [] : [[name.slice(artifactPrefix.length), report] as const];
  });
}

/** Reports of the hosts that left one. */
export function readReports(
  artifacts: RunSite["artifacts"],
): ReadonlyMap<string, HostReport | SignedReport> {
  const reports = [...artifacts].flatMap(([name, files]) => {
    const report = readHostReport(files.get(`${name}.json`)?.toString("utf8") ?? "");
    return report === undefined ? [] : [[name.slice(artifactPrefix.length), report] as const];
  });
  return new Map(reports);
}
