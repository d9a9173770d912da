import { readVerifyReport } from "../../verify/parse-report.ts";
import type { DispatchAnswer } from "../dispatch/workflow-port.ts";
import { recordSight } from "../ledger/commands.ts";
import type { LedgerWriter, LedgerWriting } from "../ledger/writer.ts";

export interface VerifyRun {
  readonly run: number;
  /** When it was over, in seconds since 1970. */
  readonly at: number;
  /** When it was started, in seconds since 1970. */
  readonly startedAt: number;
  /** Commit of the config repo that it compared with. */
  readonly commit: string;
  /** Address of its page. */
  readonly url: string;
  /** The report that it left. */
  readonly text: string;
}

/** The runs of the verify workflow. Throws HardenError where GitHub does not tell. */
export interface VerifyRuns {
  /**
   * The newest run that is over and left a report, if it is newer than that one. Costs nothing while
   * nothing changed.
   */
  readonly newest: (after: number) => Promise<VerifyRun | undefined>;
  /** Starts one now; never throws HardenError. */
  readonly start: () => Promise<DispatchAnswer>;
}

/** Records what the newest run of verify saw; undefined where there is nothing new. */
export async function recordVerify({
  writer,
  verifyRuns,
}: {
  readonly writer: LedgerWriter;
  readonly verifyRuns: Pick<VerifyRuns, "newest">;
}): Promise<LedgerWriting | undefined> {
  const { ledger } = await writer.read();
  // Before there is a rollout or a host, nothing has to be remembered.
  if (ledger.sequence === 0) return undefined;
  const found = await verifyRuns.newest(ledger.wire.last?.run ?? 0);
  const seen = found === undefined ? undefined : readVerifyReport(found.text);
  return found === undefined || seen === undefined
    ? undefined
    : writer.write(recordSight({ ...found, began: found.startedAt }, seen));
}
