import { HardenError } from "../../base/errors.ts";
import type { Ledger } from "./ledger.ts";
import { replayEntries } from "./replay.ts";
import { filesOf, isPlanOf } from "./audit.ts";
import { readEntry, signEntry, type LedgerEntry, type LedgerEvent } from "./entry.ts";
import { entriesPath, filePath, planPath, printViews } from "./layout.ts";
import type { LedgerTools } from "./verify-entries.ts";
import type { Signer } from "../../formats/jws.ts";
import { readPlan } from "../plan/plan-file.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { encodeBytes, countOf } from "../../base/text.ts";
import type { LedgerMemory, LedgerStore } from "./store-port.ts";
import { createLedgerReader, type LedgerState } from "./reader.ts";

/** An event to record, and the files that it names by digest. */
export interface LedgerDraft {
  /** Name of the person; null if the controller acts by itself. */
  readonly by: string | null;
  readonly event: LedgerEvent;
  /** Canonical text of the requested plan. */
  readonly plan?: string;
  /** Bytes of `stpd.ini` files; many hosts can have the same one. */
  readonly files?: readonly string[];
}

export interface LedgerMoment {
  /** Seconds since 1970; never less than in the newest entry. */
  readonly at: number;
  /** The number that the entry would get. */
  readonly sequence: number;
}

/** Called again after each lost race, with the ledger as it is then. */
export type LedgerCommand = (
  ledger: Ledger,
  moment: LedgerMoment,
) => LedgerDraft | ReasonCode | Promise<LedgerDraft | ReasonCode>;

export type LedgerWriting =
  | {
      readonly kind: "written";
      readonly entry: LedgerEntry;
      /** The commit that contains it. */
      readonly commit: string;
      readonly ledger: Ledger;
    }
  | { readonly kind: "refused"; readonly reason: ReasonCode };

export interface WriterPorts {
  readonly store: LedgerStore;
  readonly tools: LedgerTools;
  readonly memory?: LedgerMemory | undefined;
  readonly signer: Signer;
  /** GitHub's id of the config repo. */
  readonly repository: number;
  readonly clock: {
    /** GitHub's time at the newest read, in seconds since 1970; not the time of this machine. */
    readonly nowSeconds: () => number;
    readonly wait: (milliseconds: number) => Promise<void>;
    /** From 0 (inclusive) to 1 (exclusive). */
    readonly random: () => number;
  };
}

export interface LedgerWriter {
  readonly read: () => Promise<LedgerState>;
  /**
   * Records one event in one commit, or returns why not. Throws HardenError `broke` like a reader.
   */
  readonly write: (decide: LedgerCommand) => Promise<LedgerWriting>;
}

/** More than there are writers: in each round one of them succeeds. */
const tries = 32;
/** Milliseconds. GitHub asks for one second between writes. */
const firstPauseMs = 1000;
const maxPauseMs = 16_000;
/** Bytes after which entries go to a new file, because each commit sends the newest file again. */
const maxFileLength = 128 * 1024;

export function createLedgerWriter(ports: WriterPorts): LedgerWriter {
  const { read } = createLedgerReader(ports.store, ports.tools, {
    memory: ports.memory,
    nowSeconds: ports.clock.nowSeconds,
  });
  return { read, write: (decide) => write(decide, read, ports) };
}

async function write(
  decide: LedgerCommand,
  read: LedgerWriter["read"],
  ports: WriterPorts,
): Promise<LedgerWriting> {
  const { store, tools, clock } = ports;
  const sent: Sent[] = [];
  for (let attempt = 0; attempt < tries; attempt++) {
    const state = await read();
    // The last write may have succeeded, with only its answer lost.
    const arrived = await findArrived(sent, state, ports);
    if (arrived !== undefined) return arrived;
    const moment = nextMoment(state.ledger, clock.nowSeconds());
    const draft = await decide(state.ledger, moment);
    if (typeof draft === "string") return { kind: "refused", reason: draft };
    const entry = makeEntry(draft, moment, state.ledger, ports);
    const text = await signEntry(entry, ports.signer);
    const reading = readEntry(text, tools.keys);
    if (reading.kind === "refused") throw unreadable(reading.reason);
    const digest = tools.hash(encodeBytes(text));
    const fold = replayEntries(state.ledger, [{ entry, digest }]);
    if (fold.kind === "refused") return { kind: "refused", reason: fold.because ?? fold.reason };
    const files = listFiles({ draft, entry, text, state, after: fold.ledger }, tools);
    const { commit: head } = state;
    const outcome = await store.commit({ head, files, message: messageOf(entry) });
    if (outcome.kind === "committed") {
      ports.memory?.keep({ sequence: entry.sequence, digest });
      return { kind: "written", entry, commit: outcome.commit, ledger: fold.ledger };
    }
    sent.push({ entry, text });
    await clock.wait(clock.random() * Math.min(maxPauseMs, firstPauseMs * 2 ** attempt));
  }
  const arrived = await findArrived(sent, await read(), ports);
  return arrived ?? { kind: "refused", reason: "ledger-busy" };
}

/** Writing such an entry would make the ledger unreadable for everyone. */
function unreadable(reason: string): HardenError {
  return new HardenError(
    "broke",
    `nothing was written to the ledger: readers would reject the entry (${reason})`,
    "If the reason is key-unknown, add the controller's own public key to the ledger keys. Otherwise, please report this bug.",
  );
}

interface Sent {
  readonly entry: LedgerEntry;
  readonly text: string;
}

/** Finds the entry that was sent on the branch. An entry has only one possible place. */
async function findArrived(
  sent: readonly Sent[],
  { commit, ledger, listing }: LedgerState,
  { store }: WriterPorts,
): Promise<LedgerWriting | undefined> {
  if (sent.length === 0 || commit === undefined) return undefined;
  const first = Math.min(...sent.map(({ entry }) => entry.sequence));
  const names = [...listing].filter(([path]) => path.startsWith("entries/"));
  const ordered = names.toSorted(([left], [right]) => (left < right ? -1 : 1));
  // Start with the file that would contain the first of them.
  const from = ordered.findLastIndex(([path]) => path <= entriesPath(first));
  const texts = await store.read(ordered.slice(Math.max(from, 0)).map(([, name]) => name));
  const lines = new Set(texts.join("").split("\n"));
  const found = sent.find(({ text }) => lines.has(text));
  return found && { kind: "written", entry: found.entry, commit, ledger };
}

function nextMoment(ledger: Ledger, nowSeconds: number): LedgerMoment {
  return { at: Math.max(Math.floor(nowSeconds), ledger.at), sequence: ledger.sequence + 1 };
}

function makeEntry(
  { by, event }: LedgerDraft,
  { at, sequence }: LedgerMoment,
  { tip }: Ledger,
  { repository, clock }: WriterPorts,
): LedgerEntry {
  const nonce = [clock.random(), clock.random()]
    .map((part) =>
      Math.floor(part * 2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
  return { schemaVersion: 1, repository, sequence, previous: tip, at, by, event, nonce };
}

/** All files of the commit: the entry, the files it names, and the derived files. */
function listFiles(
  {
    draft,
    entry,
    text,
    state,
    after,
  }: {
    readonly draft: LedgerDraft;
    readonly entry: LedgerEntry;
    readonly text: string;
    readonly state: LedgerState;
    readonly after: Ledger;
  },
  { hash }: LedgerTools,
): ReadonlyMap<string, string> {
  const { last, ledger: before, listing } = state;
  const isFull = last === undefined || last.text.length + text.length > maxFileLength;
  const path = isFull ? entriesPath(entry.sequence) : last.path;
  const files = new Map(printViews(after, before));
  files.set(path, `${isFull ? "" : last.text}${text}\n`);
  for (const [name, bytes] of listNamed(draft, entry, hash)) {
    if (!listing.has(name)) files.set(name, bytes);
  }
  for (const digest of filesOf(entry.event)) {
    if (!files.has(filePath(digest)) && !listing.has(filePath(digest))) throw missing(digest);
  }
  return files;
}

function listNamed(
  { plan: text, files = [] }: LedgerDraft,
  entry: LedgerEntry,
  hash: LedgerTools["hash"],
): readonly (readonly [string, string])[] {
  const contents = files.map((bytes) => [filePath(hash(bytes)), bytes] as const);
  if (entry.event.kind !== "request") return contents;
  const { plan: digest } = entry.event;
  const read = text === undefined ? undefined : readPlan(text, hash);
  if (text === undefined || read?.digest !== digest || !isPlanOf(read.plan, entry)) {
    throw missing(digest);
  }
  return [...contents, [planPath(digest), encodeBytes(text)]];
}

/** Without the plan or file, the entry could never be understood, so it is not written. */
function missing(digest: string): HardenError {
  return new HardenError(
    "broke",
    `nothing was written to the ledger: the plan or file ${digest} was not passed, or does not match`,
    "Please report this bug.",
  );
}

/** The commit message, for people who read the branch; it is not evidence. */
export function messageOf({ sequence, by, event }: LedgerEntry): string {
  return `${sequence}: ${describeEvent(event)} by ${by ?? "controller"}`;
}

function describeEvent(event: LedgerEvent): string {
  switch (event.kind) {
    case "request":
      return `request ${event.rollout ?? `${event.phase} in ${event.environment}`}`;
    case "rollout":
      return `${event.event.kind} ${event.rollout}`;
    case "environment":
      return `${event.event.kind} ${event.environment}`;
    case "by-hand":
      return `by hand ${event.rollout} ${event.host}`;
    case "see":
    case "verify":
      return `${event.kind} ${countOf(event.hosts.length, "host")}`;
    case "keys":
      return `keys of ${countOf(event.hosts.length, "host")}`;
    case "drift":
      return `drift in ${event.environment}`;
    case "remind":
      return `remind of ${event.rollout}`;
    case "card":
      return `card of ${event.rollout}`;
    case "rehearsal":
      return `rehearsal of ${event.rollout}: ${event.event.kind}`;
  }
}
