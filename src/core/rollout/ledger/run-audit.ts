import { verifyLedger, type AuditTools, type LedgerAudit, type RememberedCommit } from "./audit.ts";
import { isContentPath } from "./layout.ts";
import type { LedgerHistory, LedgerListing, LedgerStore } from "./store-port.ts";
import { listEntryFiles, splitEntries, splitFiles } from "./reader.ts";

export interface AuditRequest {
  /** A commit that the branch once had, such as the one on a Slack card; undefined if unknown. */
  readonly remembered: string | undefined;
}

export interface AuditPorts {
  readonly store: LedgerStore & LedgerHistory;
  readonly tools: AuditTools;
}

/** Reads and checks the whole ledger. The commit is undefined if there is no branch. */
export async function auditLedger(
  { remembered: commit }: AuditRequest,
  { store, tools }: AuditPorts,
): Promise<LedgerAudit & { readonly commit: string | undefined }> {
  const head = await store.readHead();
  const commits = head === undefined ? [] : await store.commits(head);
  const isThere = commits.some((one) => one.commit === commit);
  const before = commit === undefined || !isThere ? new Map() : await store.list(commit);
  // Listed last, because a store can read files of the newest listing at lower cost.
  const listing: LedgerListing = head === undefined ? new Map() : await store.list(head);
  const named = [...listing].filter(([path]) => isContentPath(path));
  const entryNames = listEntryNames(listing);
  // One call for the same reason.
  const contents = [...(await store.read([...named.map(([, name]) => name), ...entryNames]))];
  const entries = splitFiles(handOver(contents.splice(named.length)));
  const files = new Map(named.map(([path], index) => [path, contents[index] ?? ""]));
  const evidence = { commits, entries, listing, files };
  const audit = await verifyLedger(
    commit === undefined
      ? evidence
      : { ...evidence, remembered: { commit, ...(await compare(before, listing, store)) } },
    tools,
  );
  return { ...audit, commit: head };
}

/** Gives texts away, so that those that were verified are no longer held. */
async function* handOver(texts: string[]): AsyncGenerator<readonly string[]> {
  while (texts.length > 0) yield texts.splice(0, 32);
}

/** Reads the entries of two listings, without the files with which both begin. */
async function compare(
  before: LedgerListing,
  now: LedgerListing,
  store: LedgerStore,
): Promise<Omit<RememberedCommit, "commit">> {
  const [old, current] = [listEntryNames(before), listEntryNames(now)];
  if (old.length === 0) return { entries: [], current: [] };
  const differing = old.findIndex((name, index) => current[index] !== name);
  // The last equal one is read as well, so that some entries are compared.
  const from = Math.max(0, (differing < 0 ? old.length : differing) - 1);
  const read = async (names: readonly string[]): Promise<readonly string[]> =>
    splitEntries(await store.read(names.slice(from)));
  return { entries: await read(old), current: await read(current) };
}

function listEntryNames(listing: LedgerListing): readonly string[] {
  return listEntryFiles(listing).map((path) => listing.get(path) ?? "");
}
