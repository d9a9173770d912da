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

/** An entry with a valid signature, and the id of its key. */
export interface OpenedEntry extends LinkedEntry {
  readonly kid: string;
}

export type LedgerExtension =
  | {
      readonly kind: "ledger";
      readonly ledger: Ledger;
      readonly entries: readonly OpenedEntry[];
    }
  | { readonly kind: "refused"; readonly problem: LedgerProblem };

/** Number of signatures that are verified in parallel. */
const openedAtOnce = 512;

/**
 * Verifies signed entries and applies them after those of a ledger; no entry counts before its
 * signature is verified.
 */
export async function extendLedger(
  ledger: Ledger,
  texts: readonly string[],
  tools: LedgerTools,
): Promise<LedgerExtension> {
  const entries: OpenedEntry[] = [];
  for (let from = 0; from < texts.length; from += openedAtOnce) {
    const some = texts.slice(from, from + openedAtOnce);
    for (const opened of await Promise.all(some.map((text) => openEntry(text, tools)))) {
      if (typeof opened === "string") {
        // Earlier entries are checked, too, because the first problem is the one to report.
        const fold = replayEntries(ledger, entries);
        const sequence = ledger.sequence + entries.length + 1;
        return fold.kind === "refused" ? refuse(fold) : refuse({ sequence, reason: opened });
      }
      entries.push(opened);
    }
  }
  const fold = replayEntries(ledger, entries);
  return fold.kind === "refused" ? refuse(fold) : { kind: "ledger", ledger: fold.ledger, entries };
}

function refuse({
  sequence,
  reason,
  because,
}: {
  readonly sequence: number;
  readonly reason: ReasonCode;
  readonly because?: ReasonCode | undefined;
}): LedgerExtension {
  const problem = { reason, where: `entry ${sequence}`, detail: because ?? "" };
  return { kind: "refused", problem };
}

async function openEntry(
  text: string,
  { keys, verifySignature, hash }: LedgerTools,
): Promise<OpenedEntry | ReasonCode> {
  const reading = readEntry(text, keys);
  if (reading.kind === "refused") return `ledger-${reading.reason}`;
  const { entry, key } = reading;
  if (!(await verifySignature(text, key))) return "ledger-signature";
  return { entry, digest: hash(encodeBytes(text)), kid: key.kid };
}
