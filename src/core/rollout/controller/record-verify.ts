import { readVerifyReport } from "../../verify/parse-report.ts";
import type { DispatchAnswer } from "../dispatch/workflow-port.ts";
import { recordSight } from "../ledger/commands.ts";
import type { LedgerWriter, LedgerWriting } from "../ledger/writer.ts";

export interface VerifyRun {
  readonly run: number;
  /** End time in seconds since 1970. */
  readonly at: number;
  /** Start time in seconds since 1970. */
  readonly startedAt: number;
  /** Commit of the config repo that it compared with. */
  readonly commit: string;
  /** URL of the run. */
  readonly url: string;
  /** Its report. */
  readonly text: string;
}

/** The runs of the verify workflow. Throws HardenError if GitHub does not answer. */
export interface VerifyRuns {
  /**
   * The newest finished run with a report that readVerifyReport() can read, if it is newer than the
   * given one. Free if nothing changed.
   */
  readonly newest: (after: number) => Promise<VerifyRun | undefined>;
  /**
   * The jobs' reports about the global settings of these hosts; null for an artifact that cannot be
   * read, or if there are several. Omits hosts without a job in the run.
   */
  readonly readGlobals: (
    run: number,
    hosts: readonly string[],
  ) => Promise<ReadonlyMap<string, string | null>>;
  /**
   * Starts a run, unless one that was created since a time in seconds has not ended; never throws
   * HardenError.
   */
  readonly start: (sinceSeconds: number) => Promise<VerifyStart>;
}

/** The URL is null for a run that was requested just now, and that GitHub does not list yet. */
export type VerifyStart =
  | DispatchAnswer
  | { readonly kind: "under-way"; readonly url: string | null };

/** Records the results of the newest run of verify; undefined if there is none to record. */
export async function recordVerify({
  writer,
  verifyRuns,
}: {
  readonly writer: LedgerWriter;
  readonly verifyRuns: Pick<VerifyRuns, "newest">;
}): Promise<LedgerWriting | undefined> {
  const { ledger } = await writer.read();
  // Without a rollout or a host, there is nothing to record.
  if (ledger.sequence === 0) return undefined;
  const found = await verifyRuns.newest(ledger.wire.last?.run ?? 0);
  const seen = found === undefined ? undefined : readVerifyReport(found.text);
  return found === undefined || seen === undefined
    ? undefined
    : writer.write(recordSight({ ...found, began: found.startedAt }, seen));
}
