import type { VerifySignature } from "../../formats/jws.ts";
import type { HostKeys } from "../state/host-keys.ts";
import type { Plan, Planned } from "../plan/plan.ts";
import {
  clockDifferenceSeconds,
  longestNote,
  mostNotes,
  type RehearsalDispatch,
  type RehearsalNote,
  type RehearsedHost,
} from "../state/rehearsal.ts";
import type { Rollout } from "../state/rollout.ts";
import {
  readRehearsalReport,
  type CheckFinding,
  type RehearsalReport,
} from "./rehearsal-report.ts";
import { judgeRehearsalSignature, type ReportSignature } from "./report-signature.ts";
import { onlyAttempt, sightRehearsal, type JobSight, type ReportTexts } from "./workflow-port.ts";

export interface RehearsalRequest {
  readonly rollout: Rollout;
  readonly plan: Plan;
  readonly sent: RehearsalDispatch;
  /** Undefined if there is no run, or if it was deleted. */
  readonly texts: ReportTexts | undefined;
  /** Jobs of the run. */
  readonly jobs: readonly JobSight[];
  /** Keys from the ledger. */
  readonly keys: HostKeys;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
}

/**
 * Returns the answers of a wave's hosts, in the order of the plan; unknown if an answer does not
 * count.
 */
export async function readRehearsal(
  request: RehearsalRequest,
  { verifySignature }: { readonly verifySignature: VerifySignature },
): Promise<readonly RehearsedHost[]> {
  const { rollout, sent } = request;
  const hosts = rollout.waves[sent.wave - 1] ?? [];
  return Promise.all(hosts.map((host) => readHost(host, request, verifySignature)));
}

const unknown = (host: string, code: string, message: string): RehearsedHost => ({
  host,
  answer: "unknown",
  at: null,
  findings: [{ code, message }],
});

async function readHost(
  host: string,
  request: RehearsalRequest,
  verifySignature: VerifySignature,
): Promise<RehearsedHost> {
  const { texts, jobs, keys } = request;
  if (texts === undefined) return unknown(host, "run-missing", "GitHub has no run for it");
  const sight = sightRehearsal(jobs, host);
  const text = texts.get(host);
  if (text === undefined) {
    const isOffline = sight === "none";
    const message = isOffline ? "its runner took no job" : "its job left no report";
    return unknown(host, "no-report", message);
  }
  if (typeof text === "object" && text !== null) {
    return unknown(host, "report-twice", "several artifacts have its name");
  }
  const report = text === null ? undefined : readRehearsalReport(text);
  if (report === undefined) {
    return unknown(host, "report-unreadable", "its report cannot be read");
  }
  // Any job of the run can leave an artifact in the name of any host.
  if (sight === "none") {
    return unknown(host, "report-without-job", "its report was not written by its own job");
  }
  const foreign = findForeign(host, report, request);
  if (foreign !== undefined) {
    return unknown(host, "report-foreign", `its report is for another ${foreign}`);
  }
  const signature = await judgeRehearsalSignature(report, host, keys, verifySignature);
  if (signature !== "signed" && signature !== "unsigned") {
    return unknown(host, signature, signatureWords[signature]);
  }
  const { answer, at, findings } = report;
  if (answer === "ready" && (sight === "failed" || report.rollout === null)) {
    return unknown(host, "check-failed", "its report says ready, but its job failed");
  }
  return { host, answer, at, findings: shortenFindings(findings) };
}

/**
 * Returns what the reports of a rehearsal say about a plan, for its hosts in the order of their
 * waves. Only the plan is compared; it is not checked which jobs left the reports, nor their
 * signatures.
 */
export function readDownloaded(
  { plan, digest }: Pick<Planned, "plan" | "digest">,
  texts: ReadonlyMap<string, string | null>,
): readonly RehearsedHost[] {
  return plan.waves.flat().map((host) => {
    const text = texts.get(host);
    if (text === undefined) return unknown(host, "no-report", "it has no report");
    const report = text === null ? undefined : readRehearsalReport(text);
    if (report === undefined) {
      return unknown(host, "report-unreadable", "its report cannot be read");
    }
    if (report.plan !== digest) {
      const other = `its report is for another plan, ${report.plan}`;
      return unknown(host, "report-foreign", other);
    }
    const isSame = report.host === host && report.phase === plan.phase;
    if (!isSame || report.repository !== plan.repository) {
      return unknown(host, "report-foreign", "its report is for another host, phase or repository");
    }
    const { answer, at, findings } = report;
    return { host, answer, at, findings: shortenFindings(findings) };
  });
}

const signatureWords: Readonly<Record<Exclude<ReportSignature, "signed" | "unsigned">, string>> = {
  "report-unsigned": "its report is not signed, although the ledger has its key",
  "report-key": "its report is signed with another key",
  "report-signature": "its report has an invalid signature",
  "key-twice": "another host has the same key",
};

/** A host that refused the ticket does not trust it, so its report names no rollout. */
function findForeign(
  host: string,
  report: RehearsalReport,
  { rollout, plan, sent, nowSeconds }: RehearsalRequest,
): string | undefined {
  const isRefused = report.rollout === null && report.answer !== "ready";
  const wanted: readonly (readonly [string, boolean])[] = [
    ["host", report.host === host],
    ["phase", report.phase === rollout.phase],
    ["plan", report.plan === rollout.plan],
    ["repository", report.repository === plan.repository],
    ["attempt", report.attempt === onlyAttempt],
    ["rollout", isRefused || report.rollout === rollout.id],
    ["wave", isRefused || report.wave === sent.wave],
    [
      "time: the rehearsal before, or a clock that is wrong by more than 5 minutes",
      report.at >= sent.at - clockDifferenceSeconds &&
        report.at <= nowSeconds + clockDifferenceSeconds,
    ],
  ];
  return wanted.find(([, isSame]) => !isSame)?.[0];
}

/** The ledger keeps only a few short notes, and none for a check that passed. */
function shortenFindings(findings: readonly CheckFinding[]): readonly RehearsalNote[] {
  return severities
    .flatMap((severity) => findings.filter(({ state }) => state === severity))
    .slice(0, mostNotes)
    .map(({ check, code, message }) => ({
      code: [code, check].find((word) => /^[a-z0-9-]{1,64}$/.test(word)) ?? "other",
      message: message.slice(0, longestNote).toWellFormed(),
    }));
}

const severities = ["failed", "unknown", "warning"] as const;
