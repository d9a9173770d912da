import { newEnvironment } from "../core/rollout/records.ts";
import type { RecordsFile } from "../core/rollout/records-file.ts";
import type { LedgerView } from "./plan-fleet.ts";

/** Where a plan learns what was last proven: the ledger, or an export of it. */
export interface LedgerSource {
  /** GitHub's number of the config repo, where the source knows it. */
  readonly repository: number | undefined;
  /** Throws HardenError where something is there that cannot be read, or is not to be trusted. */
  readonly read: (environment: string) => Promise<LedgerView>;
}

/** There is no ledger yet, so nothing is known of any host. */
export const noLedger: LedgerSource = {
  repository: undefined,
  read: async (environment) => viewOf(environment, undefined),
};

export function createRecordsSource(records: RecordsFile): LedgerSource {
  const { repository } = records;
  return { repository, read: async (environment) => viewOf(environment, records) };
}

function viewOf(environment: string, records: RecordsFile | undefined): LedgerView {
  const known = records?.environments.find((record) => record.environment === environment);
  return {
    commit: records?.ledger ?? null,
    environment: known ?? newEnvironment(environment),
    hosts: new Map((records?.hosts ?? []).map((record) => [record.host, record])),
  };
}
