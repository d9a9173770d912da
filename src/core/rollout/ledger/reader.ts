import { showTime } from "../../base/dates.ts";
import { HardenError } from "../../base/errors.ts";
import { emptyLedger, type Ledger } from "./ledger.ts";
import { isEntriesPath } from "./layout.ts";
import {
  extendLedger,
  type LedgerProblem,
  type LedgerTools,
  type OpenedEntry,
} from "./verify-entries.ts";
import { reasons } from "../../base/reasons.ts";
import type { LedgerListing, LedgerMark, LedgerMemory, LedgerStore } from "./store-port.ts";
import { compareText } from "../../base/text.ts";

/** The ledger at one commit, with every entry verified. */
export interface LedgerState {
  /** Undefined if the branch does not exist yet. */
  readonly commit: string | undefined;
  readonly ledger: Ledger;
  readonly listing: LedgerListing;
  /** The file with the newest entries, and its bytes. */
  readonly last: { readonly path: string; readonly text: string } | undefined;
}

const nothing: LedgerState = {
  commit: undefined,
  ledger: emptyLedger,
  listing: new Map(),
  last: undefined,
};

/** Reads the ledger repeatedly; each entry is fetched and verified once. */
export interface LedgerReader {
  /** Throws HardenError `broke` if the ledger was rewritten or cannot be trusted. */
  readonly read: () => Promise<LedgerState>;
}

export interface ReaderPorts {
  readonly memory?: LedgerMemory | undefined;
  /** GitHub's time in seconds since 1970; without it, the time of entries is not checked. */
  readonly nowSeconds?: () => number;
}

/** Seconds that an entry may be in the future; entries are written with GitHub's time. */
const maxAheadSeconds = 300;

export function createLedgerReader(
  store: LedgerStore,
  tools: LedgerTools,
  { memory, nowSeconds }: ReaderPorts = {},
): LedgerReader {
  let known = nothing;
  return {
    read: async () => {
      const before = known;
      // Entries read since the start are compared with the branch itself.
      const mark = before.commit === undefined ? memory?.recall() : undefined;
      const head = await store.readHead();
      if (head === undefined && mark !== undefined) throw refuseLedger(setBack(mark));
      if (head === before.commit) return before;
      if (head === undefined) throw refuseLedger(rewritten("the branch"));
      let isContained = mark === undefined;
      const state = await readOn(before, { commit: head, store, tools }, ({ entry, digest }) => {
        isContained ||= entry.sequence === mark?.sequence && digest === mark.digest;
      });
      if (mark !== undefined && !isContained) throw refuseLedger(setBack(mark));
      const { sequence, tip, at } = state.ledger;
      if (nowSeconds !== undefined && at > nowSeconds() + maxAheadSeconds) {
        throw refuseLedger({
          reason: "ledger-ahead",
          where: `entry ${sequence}`,
          detail: showTime(at),
        });
      }
      known = state;
      if (tip !== null) memory?.keep({ sequence, digest: tip });
      return state;
    },
  };
}

/** Reads all entries of the ledger at a commit. Throws HardenError `broke` like a reader. */
export async function readLedgerAt(
  commit: string | undefined,
  store: LedgerStore,
  tools: LedgerTools,
): Promise<{ readonly state: LedgerState; readonly entries: readonly OpenedEntry[] }> {
  if (commit === undefined) return { state: nothing, entries: [] };
  const entries: OpenedEntry[] = [];
  const keep = (entry: OpenedEntry): void => void entries.push(entry);
  return { state: await readOn(nothing, { commit, store, tools }, keep), entries };
}

interface ReadRequest {
  readonly commit: string;
  readonly store: LedgerStore;
  readonly tools: LedgerTools;
}

async function readOn(
  before: LedgerState,
  { commit, store, tools }: ReadRequest,
  onEntry: (entry: OpenedEntry) => void,
): Promise<LedgerState> {
  const listing = await store.list(commit);
  const paths = listEntryFiles(listing);
  // Only the last file may have grown.
  const gone = listEntryFiles(before.listing).find((path) =>
    path === before.last?.path
      ? !listing.has(path)
      : before.listing.get(path) !== listing.get(path),
  );
  if (gone !== undefined) throw refuseLedger(rewritten(gone));
  const fresh = paths.filter((path) => before.listing.get(path) !== listing.get(path));
  const texts = await store.read(fresh.map((path) => listing.get(path) ?? ""));
  const files = fresh.map((path, index) => ({ path, text: texts[index] ?? "" }));
  const added = splitEntries(cutKnown(texts, before, fresh));
  const extended = await extendLedger(before.ledger, added, tools, {
    signatures: "last-of-run",
    onEntry,
  });
  if (extended.kind === "refused") throw refuseLedger(extended.problem);
  const { ledger } = extended;
  return { commit, ledger, listing, last: files.at(-1) ?? before.last };
}

/** Returns the texts after the known entries; throws if the known entries are no longer there. */
function cutKnown(
  texts: readonly string[],
  { last }: LedgerState,
  fresh: readonly string[],
): readonly string[] {
  if (last === undefined || (fresh.length > 0 && last.path < (fresh[0] ?? ""))) return texts;
  const [first, ...others] = texts;
  if (first === undefined) return [];
  if (fresh[0] !== last.path || !first.startsWith(last.text)) {
    throw refuseLedger(rewritten(last.path));
  }
  return [first.slice(last.text.length), ...others];
}

export function listEntryFiles(listing: LedgerListing): readonly string[] {
  return [...listing.keys()].filter(isEntriesPath).toSorted(compareText);
}

/** Yields the entries of files in order, without joining the files: a long ledger has many. */
export function* splitEntries(texts: Iterable<string>): Generator<string> {
  let rest = "";
  for (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
  }
  if (rest !== "") yield rest;
}

function rewritten(where: string): LedgerProblem {
  return { reason: "ledger-rewritten", where, detail: "" };
}

function setBack({ sequence, digest }: LedgerMark): LedgerProblem {
  const detail = `entry ${sequence}, SHA-256 ${digest}`;
  return { reason: "ledger-set-back", where: "the branch", detail };
}

export function refuseLedger({ reason, where, detail }: LedgerProblem): HardenError {
  const { cause, next } = reasons[reason];
  const more = detail === "" ? "" : ` (${detail})`;
  return new HardenError("broke", `the ledger cannot be trusted: ${where}: ${cause}${more}`, next);
}
