import type { HostFile } from "../ledger/entry.ts";
import type { Dispatch } from "../ledger/ledger.ts";
import { readHostReport, type HostReport, type SignedReport } from "./host-report.ts";
import type { VerifySignature } from "../../formats/jws.ts";
import { evaluateWave, type Artifact, type RunResult } from "./wave-results.ts";
import { judgeSignature, type ReportSignature } from "./report-signature.ts";
import type { Plan } from "../plan/plan.ts";
import { hostsOfWave, type HostResult, type Rollout } from "../state/rollout.ts";
import type { WaveRun } from "./wave-run.ts";
import {
  type RunText,
  type ReportTexts,
  hasApplied,
  isUntouched,
  type JobSight,
} from "./workflow-port.ts";
import type { HostKeys } from "../state/host-keys.ts";

export interface WaveResults {
  /** One per host that the wave had to change. */
  readonly results: readonly HostResult[];
  /** The planned files of the hosts with the outcome good. */
  readonly proven: readonly HostFile[];
}

export interface ResultsRequest {
  readonly rollout: Rollout;
  readonly plan: Plan;
  readonly dispatch: Dispatch;
  /** Undefined if the run was deleted, and the reports with it. */
  readonly texts: ReportTexts | undefined;
  /** Jobs of the run. */
  readonly jobs: readonly JobSight[];
  /** Keys from the ledger. */
  readonly keys: HostKeys;
}

/**
 * Evaluates the reports of a wave's hosts. A host without a report counts as not started only if
 * its job never reached the host; otherwise its state is unknown.
 */
export async function readResults(
  request: ResultsRequest,
  { verifySignature }: { readonly verifySignature: VerifySignature },
): Promise<WaveResults> {
  const { rollout, plan, dispatch, texts, jobs, keys } = request;
  const { id, environment, phase, plan: digest } = rollout;
  const { wave, sequence } = dispatch;
  const hosts = hostsOfWave(rollout, wave);
  if (texts === undefined) {
    const gone = { outcome: "unknown", reason: "run-missing" } as const;
    return { results: hosts.map((host) => ({ host, ...gone })), proven: [] };
  }
  const { commit, repository } = plan;
  const of = { rollout: id, wave, sequence, phase, environment, commit, plan: digest };
  const run: WaveRun = { schemaVersion: 1, ...of, hosts };
  const artifacts = new Map([...texts].map(([host, text]) => [host, openReport(text)] as const));
  const planned = new Map(plan.hosts.map(({ name, file }) => [name, file]));
  const results = await Promise.all(
    evaluateWave(run, artifacts).results.map(async (result) => {
      const { host } = result;
      const artifact = artifacts.get(host);
      if (artifact?.kind !== "report") return recordSilence(result, jobs);
      const { report } = artifact;
      const signature = await judgeSignature(report, host, keys, verifySignature);
      const believed = { report, signature, file: planned.get(host), repository, jobs };
      return recordReport(result, believed);
    }),
  );
  const proven = results
    .filter(({ outcome }) => outcome === "good")
    .map(({ host }) => ({ host, file: planned.get(host) ?? "" }));
  return { results, proven };
}

function openReport(text: RunText): Artifact {
  if (typeof text === "object" && text !== null) return text;
  const report = text === null ? undefined : readHostReport(text);
  return report === undefined ? { kind: "unreadable" } : { kind: "report", report };
}

function recordSilence({ host, reason, ...result }: RunResult, jobs: readonly JobSight[]) {
  const isUnstarted = result.outcome === "no-report" && isUntouched(jobs, host);
  return { host, outcome: isUnstarted ? "not-started" : "unknown", reason } as const;
}

/**
 * Any job can leave an artifact in the name of any host. A report counts only if the host's own job
 * reached the step that applies the change, and is good only if that step succeeded. If the ledger
 * has the host's key, its signature must be valid. Only the planned file is good.
 */
function recordReport(
  { host, outcome, reason }: RunResult,
  {
    report,
    signature,
    file,
    repository,
    jobs,
  }: {
    readonly report: HostReport | SignedReport;
    readonly signature: ReportSignature;
    readonly file: string | undefined;
    readonly repository: number;
    readonly jobs: readonly JobSight[];
  },
): HostResult {
  const unknown = (code: string): HostResult => ({ host, outcome: "unknown", reason: code });
  if (isUntouched(jobs, host)) return unknown("report-without-job");
  if (signature !== "signed" && signature !== "unsigned") return unknown(signature);
  if (report.schemaVersion === 2 && report.repository !== repository) {
    return unknown("report-foreign");
  }
  if (outcome !== "good") {
    return { host, outcome: outcome === "bad" ? "bad" : "unknown", reason };
  }
  if (!hasApplied(jobs, host)) return unknown("apply-failed");
  if (report.file !== file) return unknown("file-not-planned");
  return { host, outcome, reason: signature === "signed" ? "" : "unsigned" };
}
