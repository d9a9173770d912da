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
  const names = listEntryNames(listing);
  // One call for the same reason.
  const contents = [...(await store.read([...named.map(([, name]) => name), ...names]))];
  const texts = contents.splice(named.length);
  const files = new Map(named.map(([path], index) => [path, contents[index] ?? ""]));
  const remembered =
    commit === undefined
      ? undefined
      : { commit, ...(await compare(listEntryNames(before), { names, texts }, store)) };
  const entries = splitFiles(handOver(texts));
  const audit = await verifyLedger({ commits, entries, listing, files, remembered }, tools);
  return { ...audit, commit: head };
}

/** Gives texts away, so that those that were verified are no longer held. */
async function* handOver(texts: string[]): AsyncGenerator<readonly string[]> {
  while (texts.length > 0) yield texts.splice(0, 32);
}

interface EntryFiles {
  readonly names: readonly string[];
  readonly texts: readonly string[];
}

/** Reads earlier files of entries, without those with which both begin. */
async function compare(
  old: readonly string[],
  { names, texts }: EntryFiles,
  store: LedgerStore,
): Promise<Omit<RememberedCommit, "commit">> {
  if (old.length === 0) return { entries: [], current: [] };
  const differing = old.findIndex((name, index) => names[index] !== name);
  // The last equal one is compared as well, so that there are entries.
  const from = Math.max(0, (differing < 0 ? old.length : differing) - 1);
  const earlier = await store.read(old.slice(from));
  return { entries: splitEntries(earlier), current: splitEntries(texts.slice(from)) };
}

function listEntryNames(listing: LedgerListing): readonly string[] {
  return listEntryFiles(listing).map((path) => listing.get(path) ?? "");
}
