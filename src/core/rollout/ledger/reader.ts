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
  let last = before.last;
  async function* readFresh(): AsyncGenerator<readonly string[]> {
    const names = fresh.map((path) => listing.get(path) ?? "");
    let known: LedgerState | undefined = before;
    for await (const texts of readAhead(names, store)) {
      yield known === undefined ? texts : cutKnown(texts, known, fresh);
      known = undefined;
      last = { path: fresh.at(-1) ?? "", text: texts.at(-1) ?? "" };
    }
  }
  const extended = await extendLedger(before.ledger, splitFiles(readFresh()), tools, {
    signatures: "last-of-run",
    onEntry,
  });
  if (extended.kind === "refused") throw refuseLedger(extended.problem);
  const { ledger } = extended;
  return { commit, ledger, listing, last };
}

/** About four megabytes, since a file of entries has at most 128 KiB. */
const filesAtOnce = 32;

/** Reads files in order, some at a time; requests the next ones while these are used. */
async function* readAhead(
  names: readonly string[],
  store: Pick<LedgerStore, "read">,
): AsyncGenerator<readonly string[]> {
  const request = async (from: number): ReturnType<LedgerStore["read"]> => {
    const some = names.slice(from, from + filesAtOnce);
    return some.length === 0 ? [] : store.read(some);
  };
  let next = request(0);
  for (let from = 0; from < names.length; from += filesAtOnce) {
    const texts = await next;
    next = request(from + filesAtOnce);
    // Thrown where it is awaited, unless no one reads on.
    next.catch(() => {});
    yield texts;
  }
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

/** The entries of files in order, as many at a time as files are read. */
export async function* splitFiles(
  files: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  const cutter = createCutter();
  for await (const texts of files) yield texts.flatMap(cutter.cut);
  yield cutter.end();
}

/** The entries of files in order, without joining the files: a long ledger has many. */
export function splitEntries(texts: readonly string[]): readonly string[] {
  const cutter = createCutter();
  return [...texts.flatMap(cutter.cut), ...cutter.end()];
}

/** Cuts texts into their lines; the last one may go on in the next text. */
function createCutter(): {
  readonly cut: (text: string) => readonly string[];
  readonly end: () => readonly string[];
} {
  let rest = "";
  return {
    cut: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return lines.filter((line) => line !== "");
    },
    end: () => (rest === "" ? [] : [rest]),
  };
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
