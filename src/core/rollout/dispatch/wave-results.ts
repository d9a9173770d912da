import type { HostReport, SignedReport } from "./host-report.ts";
import type { WaveRun } from "./wave-run.ts";
import { onlyAttempt } from "./workflow-port.ts";

/** What a host's job left behind. */
export type Artifact =
  | { readonly kind: "report"; readonly report: HostReport | SignedReport }
  | { readonly kind: "unreadable" }
  /** Several artifacts have this host's name, so another job may have left one of them. */
  | { readonly kind: "several" }
  /** The job never started, or ended before it could report. */
  | { readonly kind: "missing" };

/** no-report: it is unknown whether the host was changed; it was not verified. */
export type RunOutcome = HostReport["outcome"] | "no-report";

export interface RunResult {
  readonly host: string;
  readonly outcome: RunOutcome;
  /** Reason code; empty if the outcome is good. */
  readonly reason: string;
  readonly message: string;
}

export interface JudgedRun {
  /** One per host of the wave, in its order. */
  readonly results: readonly RunResult[];
  readonly counts: Readonly<Record<RunOutcome, number>>;
  /** Names of artifacts that belong to no host of the wave. */
  readonly strays: readonly string[];
}

/** Counts the reports of a wave's hosts. A host without a report failed; unknown is never good. */
export function evaluateWave(run: WaveRun, artifacts: ReadonlyMap<string, Artifact>): JudgedRun {
  const results = run.hosts.map((host) =>
    judgeHost(run, host, artifacts.get(host) ?? { kind: "missing" }),
  );
  const counts = { good: 0, bad: 0, unknown: 0, "no-report": 0 };
  for (const { outcome } of results) counts[outcome]++;
  const strays = [...artifacts.keys()].filter((name) => !run.hosts.includes(name));
  return { results, counts, strays };
}

function judgeHost(run: WaveRun, host: string, artifact: Artifact): RunResult {
  if (artifact.kind === "missing") {
    const message = "its job left no report: it never started, or was cancelled";
    return { host, outcome: "no-report", reason: "no-report", message };
  }
  if (artifact.kind === "unreadable") {
    const message = "its report was not written by sesam-harden";
    return { host, outcome: "unknown", reason: "report-unreadable", message };
  }
  if (artifact.kind === "several") {
    const message = "several artifacts have its name, and another job may have left one";
    return { host, outcome: "unknown", reason: "report-twice", message };
  }
  const { report } = artifact;
  const foreign = findForeign(run, host, report);
  if (foreign !== undefined) {
    const message = `its report is for another ${foreign}`;
    return { host, outcome: "unknown", reason: "report-foreign", message };
  }
  const { outcome, code, message } = report;
  return { host, outcome, reason: outcome === "good" ? "" : code, message };
}

/** A host that refused the ticket does not trust it, so its report names no rollout. */
function findForeign(
  run: WaveRun,
  host: string,
  report: HostReport | SignedReport,
): string | undefined {
  if (report.host !== host) return "host";
  if (report.phase !== run.phase) return "phase";
  if (report.outcome === "bad" && report.rollout === null) return undefined;
  const keys = ["rollout", "wave", "sequence"] as const;
  const foreign = keys.find((key) => report[key] !== run[key]);
  if (foreign !== undefined || report.schemaVersion === 1) return foreign;
  if (report.plan !== run.plan) return "plan";
  return report.attempt === onlyAttempt ? undefined : "attempt";
}

export function isGood({ counts }: JudgedRun): boolean {
  return counts.bad + counts.unknown + counts["no-report"] === 0 && counts.good > 0;
}
