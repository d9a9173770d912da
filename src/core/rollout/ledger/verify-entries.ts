import type { Ledger } from "./ledger.ts";
import { startReplay, type LinkedEntry } from "./replay.ts";
import { listEntryHeaders, readEntry } from "./entry.ts";
import type { PublicKey, VerifySignature } from "../../formats/jws.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { Hash } from "../../base/hash.ts";

export interface LedgerTools {
  /** Keys of all controllers that ever wrote entries. */
  readonly keys: readonly PublicKey[];
  readonly verifySignature: VerifySignature;
  readonly hash: Hash;
}

export interface LedgerProblem {
  readonly reason: ReasonCode;
  /** Number of the entry, path of the file, or commit. */
  readonly where: string;
  /** Details; empty if the reason says everything. */
  readonly detail: string;
}

/** Signed entries in order; if they are read meanwhile, some at a time, so that not all are held. */
export type EntryTexts = Iterable<string> | AsyncIterable<readonly string[]>;

/** An entry, and the id of the key that it names as its signer. */
export interface OpenedEntry extends LinkedEntry {
  readonly kid: string;
}

export type LedgerExtension =
  | { readonly kind: "ledger"; readonly ledger: Ledger }
  | { readonly kind: "refused"; readonly problem: LedgerProblem };

export interface ExtendOptions {
  /**
   * `every`: verifies each signature. `last-of-run`: only that of the last of consecutive entries by
   * one key. It covers the entries before it, since each entry holds the digest of the previous one,
   * signature included, and digests are always checked.
   */
  readonly signatures: "every" | "last-of-run";
  /** Called with each entry that follows from those before it, before signatures are verified. */
  readonly onEntry?: (entry: OpenedEntry) => void;
}

/**
 * Applies signed entries after those of a ledger. No entry counts before the signatures are verified.
 * Of several problems, reports that of the first entry.
 */
export async function extendLedger(
  ledger: Ledger,
  texts: EntryTexts,
  tools: LedgerTools,
  { signatures, onEntry }: ExtendOptions,
): Promise<LedgerExtension> {
  const replay = startReplay(ledger);
  const check = createSignatureCheck(signatures, tools);
  const headers = listEntryHeaders(tools.keys);
  let { sequence } = ledger;
  const apply = async (text: string): Promise<Fault | undefined> => {
    sequence++;
    const reading = readEntry(text, tools.keys, headers);
    if (reading.kind === "refused") return { sequence, reason: `ledger-${reading.reason}` };
    const { entry, key } = reading;
    await check.add({ sequence, text, key });
    // It was read, so it is ASCII: its characters are its bytes.
    const opened = { entry, digest: tools.hash(text), kid: key.kid };
    const refused = replay.apply(opened);
    if (refused === undefined) onEntry?.(opened);
    return refused;
  };
  const fault = await findFirst(texts, apply);
  // Nothing was opened after an entry with a fault, so a forged one is not after it.
  const forged = await check.end();
  if (forged !== undefined) return refuse({ sequence: forged, reason: "ledger-signature" });
  return fault === undefined ? { kind: "ledger", ledger: replay.end() } : refuse(fault);
}

async function findFirst(
  texts: EntryTexts,
  find: (text: string) => Promise<Fault | undefined>,
): Promise<Fault | undefined> {
  for await (const some of texts) {
    for (const text of typeof some === "string" ? [some] : some) {
      const found = await find(text);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

interface SignedEntry {
  readonly sequence: number;
  readonly text: string;
  readonly key: PublicKey;
}

interface Fault {
  readonly sequence: number;
  readonly reason: ReasonCode;
  readonly because?: ReasonCode | undefined;
}

function refuse({ sequence, reason, because }: Fault): LedgerExtension {
  const problem = { reason, where: `entry ${sequence}`, detail: because ?? "" };
  return { kind: "refused", problem };
}

/** Number of signatures that are verified with one call, and of calls at the same time. */
const verifiedAtOnce = 256;
const callsAtOnce = 4;

interface SignatureCheck {
  /** Waits if the verification is behind, so that few texts are held. */
  readonly add: (entry: SignedEntry) => Promise<void>;
  /** The number of the first entry whose signature is not valid. */
  readonly end: () => Promise<number | undefined>;
}

/** Verifies signatures in the background, which uses the other cores. */
function createSignatureCheck(
  which: ExtendOptions["signatures"],
  { verifySignature }: LedgerTools,
): SignatureCheck {
  let waiting: SignedEntry[] = [];
  const running: Promise<number | undefined>[] = [];
  let forged: number | undefined;
  const findForged = async (some: readonly SignedEntry[]): Promise<number | undefined> => {
    const valid = await Promise.all(some.map(({ text, key }) => verifySignature(text, key)));
    return some.find((_, index) => valid[index] !== true)?.sequence;
  };
  const start = (): void => {
    const call = findForged(waiting);
    waiting = [];
    running.push(call);
    // An error is thrown where the result is awaited.
    call.catch(() => {});
  };
  /** In the order of the entries, so that the first forged one is found first. */
  const finish = async (left: number): Promise<void> => {
    while (running.length > left) {
      const found = await running.shift();
      forged ??= found;
    }
  };
  return {
    add: async (entry) => {
      if (which === "last-of-run" && waiting.at(-1)?.key.kid === entry.key.kid) waiting.pop();
      waiting.push(entry);
      if (waiting.length < verifiedAtOnce) return;
      start();
      await finish(callsAtOnce - 1);
    },
    end: async () => {
      start();
      await finish(0);
      return forged;
    },
  };
}
