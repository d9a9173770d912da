import { HardenError } from "../../base/errors.ts";
import { filePath } from "./layout.ts";
import type { LedgerTools } from "./verify-entries.ts";
import { isFrozen, newEnvironment, type EnvironmentRecord } from "../state/records.ts";
import type { RecordsFile } from "../plan/records-file.ts";
import type { LedgerStore } from "./store-port.ts";
import type { Plan } from "../plan/plan.ts";
import type { LedgerView } from "../plan/plan-fleet.ts";
import { readLedgerAt, refuseLedger, type LedgerState } from "./reader.ts";
import type { Hash } from "../../base/hash.ts";

/** Where a plan gets the last verified files from: the ledger, or an export of it. */
export interface LedgerSource {
  /** GitHub's id of the config repo, if the source knows it. */
  readonly repository: number | undefined;
  /** Throws HardenError if something cannot be read or trusted. */
  readonly read: (environment: string) => Promise<LedgerView>;
  /**
   * Bytes of current and earlier files of hosts, by SHA-256. Throws HardenError `broke` if one is
   * missing or damaged.
   */
  readonly readFiles: (digests: readonly string[]) => ReadonlyMap<string, string>;
}

/** There is no ledger yet, so no host is known. */
export const noLedger: LedgerSource = {
  repository: undefined,
  read: async (environment) => viewOf(environment, undefined),
  readFiles: readNoFiles,
};

export function createRecordsSource(records: RecordsFile): LedgerSource {
  const { repository } = records;
  return {
    repository,
    read: async (environment) => viewOf(environment, records),
    readFiles: readNoFiles,
  };
}

/** An export contains the current files of hosts, and no earlier ones. */
function readNoFiles(digests: readonly string[]): ReadonlyMap<string, string> {
  const [digest] = digests;
  if (digest === undefined) return new Map();
  throw new HardenError(
    "broke",
    `the plan restores the file ${digest}, which is not in the export of the ledger`,
    "Use a checkout of the ledger branch instead.",
  );
}

/**
 * The part of the records that a plan uses. With a time in seconds, freezes that have ended are
 * removed.
 */
export function viewOf(
  environment: string,
  records: RecordsFile | undefined,
  at?: number,
): LedgerView {
  const known = records?.environments.find((record) => record.environment === environment);
  return {
    commit: records?.ledger ?? null,
    environment: thaw(known ?? newEnvironment(environment), at),
    hosts: new Map((records?.hosts ?? []).map((record) => [record.host, record])),
  };
}

function thaw(record: EnvironmentRecord, at: number | undefined): EnvironmentRecord {
  return at === undefined || isFrozen(record, at) ? record : { ...record, frozen: null };
}

/**
 * Reads the ledger at a commit, or at its head, with the bytes of all files, for a plan or an
 * export. Undefined if there is no ledger yet. Throws HardenError `broke` if it cannot be trusted.
 */
export async function readLedgerRecords(
  at: string | undefined,
  store: LedgerStore,
  tools: LedgerTools,
): Promise<RecordsFile | undefined> {
  const commit = at ?? (await store.readHead());
  const { state } = await readLedgerAt(commit, store, tools);
  return describeRecords(state, store, tools.hash);
}

/** Like readLedgerRecords(), for a ledger that was already read. */
export async function describeRecords(
  { commit, ledger, listing }: LedgerState,
  store: Pick<LedgerStore, "read">,
  hash: Hash,
): Promise<RecordsFile | undefined> {
  if (commit === undefined || ledger.repository === null) return undefined;
  const hosts = [...ledger.hosts.values()];
  const fileOf = await readContents(
    hosts.map(({ file }) => file),
    { listing, store, hash },
  );
  return {
    schemaVersion: 1,
    repository: ledger.repository,
    ledger: commit,
    environments: [...ledger.environments.values()],
    hosts: hosts.map((host) => ({ ...host, file: fileOf(host.file) })),
    ...(ledger.keys.size === 0
      ? {}
      : { keys: [...ledger.keys].map(([host, key]) => ({ host, ...key })) }),
  };
}

/**
 * Bytes of files in the ledger, by digest. A file that many hosts have is fetched once. Throws
 * HardenError `broke` if one is missing, or does not match its digest.
 */
export async function readContents(
  wanted: readonly string[],
  tools: ContentTools,
): Promise<(digest: string) => string> {
  const files = await readStored(wanted, tools);
  const find = (digest: string): string => {
    const bytes = files.get(digest);
    if (bytes === undefined) throw refuseFile(digest);
    return bytes;
  };
  for (const digest of wanted) find(digest);
  return find;
}

interface ContentTools extends Pick<LedgerState, "listing"> {
  readonly store: Pick<LedgerStore, "read">;
  readonly hash: Hash;
}

/** Like readContents(), but omits files that are missing or do not match their digest. */
export async function readStored(
  wanted: readonly string[],
  { listing, store, hash }: ContentTools,
): Promise<ReadonlyMap<string, string>> {
  const found = [...new Set(wanted)].flatMap((digest) => {
    const name = listing.get(filePath(digest));
    return name === undefined ? [] : [{ digest, name }];
  });
  const contents = await store.read(found.map(({ name }) => name));
  return new Map(
    found.flatMap(({ digest }, index) => {
      const bytes = contents[index] ?? "";
      return hash(bytes) === digest ? [[digest, bytes] as const] : [];
    }),
  );
}

/** Bytes of the files that a plan restores, by digest. Throws HardenError like readContents(). */
export async function readRestored(
  { restores = [] }: Pick<Plan, "restores">,
  { listing }: Pick<LedgerState, "listing">,
  { store, hash }: { readonly store: Pick<LedgerStore, "read">; readonly hash: Hash },
): Promise<ReadonlyMap<string, string>> {
  const digests = restores.map(({ file }) => file);
  const bytesOf = await readContents(digests, { listing, store, hash });
  return new Map(digests.map((digest) => [digest, bytesOf(digest)]));
}

function refuseFile(digest: string): HardenError {
  return refuseLedger({ reason: "ledger-file", where: filePath(digest), detail: "" });
}
