import { verifyLedger, type AuditTools, type LedgerAudit, type LedgerEvidence } from "./audit.ts";
import { isContentPath } from "./layout.ts";
import type { LedgerHistory, LedgerListing, LedgerStore } from "./store-port.ts";
import { listEntryFiles, splitEntries } from "./reader.ts";

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
  const listing: LedgerListing = head === undefined ? new Map() : await store.list(head);
  const commits = head === undefined ? [] : await store.commits(head);
  const named = [...listing].filter(([path]) => isContentPath(path));
  const ordered = listEntryNames(listing);
  // One call, because a store can read many files at lower cost.
  const contents = await store.read([...named.map(([, name]) => name), ...ordered]);
  const files = new Map(named.map(([path], index) => [path, contents[index] ?? ""]));
  const entries = [...splitEntries(contents.slice(named.length))];
  const evidence = { commits, entries, listing, files };
  const audit = await verifyLedger(
    commit === undefined
      ? evidence
      : { ...evidence, remembered: await remember(commit, commits, store) },
    tools,
  );
  return { ...audit, commit: head };
}

async function remember(
  commit: string,
  commits: Awaited<ReturnType<LedgerHistory["commits"]>>,
  store: LedgerStore,
): Promise<NonNullable<LedgerEvidence["remembered"]>> {
  const isThere = commits.some((one) => one.commit === commit);
  return { commit, entries: isThere ? await readEntries(await store.list(commit), store) : [] };
}

async function readEntries(listing: LedgerListing, store: LedgerStore): Promise<readonly string[]> {
  return [...splitEntries(await store.read(listEntryNames(listing)))];
}

function listEntryNames(listing: LedgerListing): readonly string[] {
  return listEntryFiles(listing).map((path) => listing.get(path) ?? "");
}
