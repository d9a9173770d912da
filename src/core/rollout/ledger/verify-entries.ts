import { encodeBytes } from "../../base/text.ts";
import type { Ledger } from "./ledger.ts";
import { replayEntries, type LinkedEntry } from "./replay.ts";
import { readEntry } from "./entry.ts";
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
  texts: Iterable<string>,
  tools: LedgerTools,
  { signatures, onEntry }: ExtendOptions,
): Promise<LedgerExtension> {
  const signed: SignedEntry[] = [];
  const unreadable: Fault[] = [];
  function* openEntries(): Generator<OpenedEntry> {
    let sequence = ledger.sequence;
    for (const text of texts) {
      sequence++;
      const reading = readEntry(text, tools.keys);
      if (reading.kind === "refused") {
        unreadable.push({ sequence, reason: `ledger-${reading.reason}` });
        return;
      }
      const { entry, key } = reading;
      if (signatures === "last-of-run" && signed.at(-1)?.key.kid === key.kid) signed.pop();
      signed.push({ sequence, text, key });
      const opened = { entry, digest: tools.hash(encodeBytes(text)), kid: key.kid };
      yield opened;
      // Only reached if the entry was applied.
      onEntry?.(opened);
    }
  }
  const fold = replayEntries(ledger, openEntries());
  // Nothing was opened after the entry that was refused.
  const forged = await findForged(signed, tools);
  if (forged !== undefined) return refuse({ sequence: forged, reason: "ledger-signature" });
  if (fold.kind === "refused") return refuse(fold);
  const [fault] = unreadable;
  return fault === undefined ? { kind: "ledger", ledger: fold.ledger } : refuse(fault);
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

/** Number of signatures that are verified in parallel. */
const verifiedAtOnce = 512;

/** The number of the first entry whose signature is not valid. */
async function findForged(
  signed: readonly SignedEntry[],
  { verifySignature }: LedgerTools,
): Promise<number | undefined> {
  for (let from = 0; from < signed.length; from += verifiedAtOnce) {
    const some = signed.slice(from, from + verifiedAtOnce);
    const valid = await Promise.all(some.map(({ text, key }) => verifySignature(text, key)));
    const wrong = some.find((_, index) => valid[index] !== true);
    if (wrong !== undefined) return wrong.sequence;
  }
  return undefined;
}
