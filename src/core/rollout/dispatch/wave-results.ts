import type { HostReport, SignedReport } from "./host-report.ts";
import type { WaveRun } from "./wave-run.ts";
import { onlyAttempt } from "./workflow-port.ts";

/** What a host's job left behind. */
export type Artifact =
  | { readonly kind: "report"; readonly report: HostReport | SignedReport }
  | { readonly kind: "unreadable" }
  /** More than one was left in its name, of which another job may have left one. */
  | { readonly kind: "several" }
  /** The job never started, or was ended before it could say anything. */
  | { readonly kind: "missing" };

/** no-report: nobody can tell from here whether the host was touched, but it was not proven. */
export type RunOutcome = HostReport["outcome"] | "no-report";

export interface RunResult {
  readonly host: string;
  readonly outcome: RunOutcome;
  /** Reason code; empty if the outcome is good. */
  readonly reason: string;
  readonly message: string;
}

export interface JudgedRun {
  /** One for each host of the wave, in its order. */
  readonly results: readonly RunResult[];
  readonly counts: Readonly<Record<RunOutcome, number>>;
  /** Artifacts that belong to no host of the wave, by name. */
  readonly strays: readonly string[];
}

/** Counts what the hosts of a wave said; who said nothing failed, and unknown is never good. */
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

/** A host that refused the ticket names no rollout, since it believes nothing of it. */
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
