import type { HostFile } from "../ledger/entry.ts";
import type { Dispatch } from "../ledger/ledger.ts";
import { readHostReport } from "./host-report.ts";
import { evaluateWave, type Artifact, type RunResult } from "./wave-results.ts";
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

export interface WaveResults {
  /** One for each host that the wave had to do. */
  readonly results: readonly HostResult[];
  /** The files of those that are good, as the plan has them. */
  readonly proven: readonly HostFile[];
}

export interface ResultsRequest {
  readonly rollout: Rollout;
  readonly plan: Plan;
  readonly dispatch: Dispatch;
  /** Undefined where the run is gone, and with it what the hosts said. */
  readonly texts: ReportTexts | undefined;
  /** Of the run. */
  readonly jobs: readonly JobSight[];
}

/**
 * Judges what the hosts of a wave left. Who left nothing was not started only if its job never came
 * to the host; else nobody can tell.
 */
export function readResults(request: ResultsRequest): WaveResults {
  const { rollout, plan, dispatch, texts, jobs } = request;
  const { id, environment, phase, plan: digest } = rollout;
  const { wave, sequence } = dispatch;
  const hosts = hostsOfWave(rollout, wave);
  if (texts === undefined) {
    const gone = { outcome: "unknown", reason: "run-missing" } as const;
    return { results: hosts.map((host) => ({ host, ...gone })), proven: [] };
  }
  const { commit } = plan;
  const of = { rollout: id, wave, sequence, phase, environment, commit, plan: digest };
  const run: WaveRun = { schemaVersion: 1, ...of, hosts };
  const artifacts = new Map([...texts].map(([host, text]) => [host, openReport(text)] as const));
  const planned = new Map(plan.hosts.map(({ name, file }) => [name, file]));
  const results = evaluateWave(run, artifacts).results.map((result) =>
    recordResult(result, artifacts.get(result.host), { file: planned.get(result.host), jobs }),
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

/**
 * A job may leave an artifact in the name of any host: it counts only if that host's own job came to
 * the step that applies, and is good only if that ended with success. Good is only the planned file.
 */
function recordResult(
  { host, outcome, reason }: RunResult,
  artifact: Artifact | undefined,
  { file, jobs }: { readonly file: string | undefined; readonly jobs: readonly JobSight[] },
): HostResult {
  if (outcome === "no-report") {
    return { host, outcome: isUntouched(jobs, host) ? "not-started" : "unknown", reason };
  }
  const unknown = (code: string): HostResult => ({ host, outcome: "unknown", reason: code });
  if (artifact?.kind === "report" && isUntouched(jobs, host)) return unknown("report-without-job");
  if (outcome !== "good") return { host, outcome, reason };
  if (!hasApplied(jobs, host)) return unknown("apply-failed");
  const isPlanned = artifact?.kind === "report" && artifact.report.file === file;
  return isPlanned ? { host, outcome, reason } : unknown("file-not-planned");
}
