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

/** The ledger at one commit, every entry of it verified. */
export interface LedgerState {
  /** Undefined where there is no branch yet. */
  readonly commit: string | undefined;
  readonly ledger: Ledger;
  readonly listing: LedgerListing;
  /** The file that the newest entries are in, with the bytes of it. */
  readonly last: { readonly path: string; readonly text: string } | undefined;
}

const nothing: LedgerState = {
  commit: undefined,
  ledger: emptyLedger,
  listing: new Map(),
  last: undefined,
};

/** Reads the ledger again and again; each entry is fetched and verified once. */
export interface LedgerReader {
  /** Throws HardenError `broke` where the ledger is not what it was, or not to be trusted. */
  readonly read: () => Promise<LedgerState>;
}

export interface ReaderPorts {
  readonly memory?: LedgerMemory | undefined;
  /** GitHub's time in seconds since 1970; without it entries may say any time. */
  readonly nowSeconds?: () => number;
}

/** Seconds that an entry may be ahead: each was written at GitHub's time. */
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
      // What was read since the start is compared with the branch itself.
      const mark = before.commit === undefined ? memory?.recall() : undefined;
      const head = await store.readHead();
      if (head === undefined && mark !== undefined) throw refuseLedger(setBack(mark));
      if (head === before.commit) return before;
      if (head === undefined) throw refuseLedger(rewritten("the branch"));
      const { state, entries } = await readOn(before, head, store, tools);
      if (mark !== undefined && entries[mark.sequence - 1]?.digest !== mark.digest) {
        throw refuseLedger(setBack(mark));
      }
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

/** The ledger at a commit, with all its entries. Throws HardenError `broke` as a reader does. */
export async function readLedgerAt(
  commit: string | undefined,
  store: LedgerStore,
  tools: LedgerTools,
): Promise<{ readonly state: LedgerState; readonly entries: readonly OpenedEntry[] }> {
  return commit === undefined
    ? { state: nothing, entries: [] }
    : readOn(nothing, commit, store, tools);
}

async function readOn(
  before: LedgerState,
  commit: string,
  store: LedgerStore,
  tools: LedgerTools,
): Promise<{ readonly state: LedgerState; readonly entries: readonly OpenedEntry[] }> {
  const listing = await store.list(commit);
  const paths = listEntryFiles(listing);
  // Only the file that was the last one may have grown.
  const gone = listEntryFiles(before.listing).find((path) =>
    path === before.last?.path
      ? !listing.has(path)
      : before.listing.get(path) !== listing.get(path),
  );
  if (gone !== undefined) throw refuseLedger(rewritten(gone));
  const fresh = paths.filter((path) => before.listing.get(path) !== listing.get(path));
  const texts = await store.read(fresh.map((path) => listing.get(path) ?? ""));
  const files = fresh.map((path, index) => ({ path, text: texts[index] ?? "" }));
  const added = cutKnown(files.map(({ text }) => text).join(""), before, fresh);
  const extended = await extendLedger(before.ledger, splitEntries(added), tools);
  if (extended.kind === "refused") throw refuseLedger(extended.problem);
  const { ledger, entries } = extended;
  return { state: { commit, ledger, listing, last: files.at(-1) ?? before.last }, entries };
}

/** What stands after the entries that are known; throws where these do not stand there any more. */
function cutKnown(text: string, { last }: LedgerState, fresh: readonly string[]): string {
  if (last === undefined || (fresh.length > 0 && last.path < (fresh[0] ?? ""))) return text;
  if (fresh.length === 0) return "";
  if (fresh[0] !== last.path || !text.startsWith(last.text)) {
    throw refuseLedger(rewritten(last.path));
  }
  return text.slice(last.text.length);
}

export function listEntryFiles(listing: LedgerListing): readonly string[] {
  return [...listing.keys()].filter(isEntriesPath).toSorted(compareText);
}

export function splitEntries(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
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
