import type { Ledger } from "./ledger.ts";
import type { LedgerEntry, LedgerEvent } from "./entry.ts";
import type { ReasonCode } from "../../base/reasons.ts";

type LedgerEnd = Pick<Ledger, "repository" | "sequence" | "tip" | "at">;

/** Why an entry is not the next one; undefined where it is. */
export function refuseLink(ledger: LedgerEnd, entry: LedgerEntry): ReasonCode | undefined {
  if (entry.sequence !== ledger.sequence + 1) return "ledger-sequence";
  if (entry.previous !== ledger.tip) return "ledger-chain";
  if (entry.repository !== (ledger.repository ?? entry.repository)) return "ledger-repository";
  if (entry.at < ledger.at) return "ledger-time";
  return namesOther(entry.event, entry.by) ? "ledger-person" : undefined;
}

/** Where an event says who did it, the entry says the same. */
function namesOther(event: LedgerEvent, by: string | null): boolean {
  if (event.kind === "request") return by === null;
  return "event" in event && "by" in event.event && event.event.by !== by;
}
