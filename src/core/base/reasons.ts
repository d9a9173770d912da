import { approvalReasons } from "./approval-reasons.ts";
import { gateReasons } from "./gate-reasons.ts";
import { hostReasons } from "./host-reasons.ts";
import { ledgerReasons } from "./ledger-reasons.ts";
import { planReasons } from "./plan-reasons.ts";
import type { Reason } from "./reason.ts";
import { stateReasons } from "./state-reasons.ts";
import { ticketReasons } from "./ticket-reasons.ts";

/** The one closed list of reasons, for the command line, the Action, the bot and the hosts. */
export const reasons = {
  ...planReasons,
  ...approvalReasons,
  ...stateReasons,
  ...ticketReasons,
  ...hostReasons,
  ...gateReasons,
  ...ledgerReasons,
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof reasons;

/** `code: cause. next` */
export function explainReason(code: ReasonCode): string {
  const { cause, next } = reasons[code];
  return `${code}: ${cause}. ${next}`;
}
