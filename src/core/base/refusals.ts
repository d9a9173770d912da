import type { hostReasons } from "./host-reasons.ts";
import { reasons } from "./reasons.ts";
import type { TicketReason } from "./ticket-reasons.ts";

/** The reasons of the one closed list for which a host is left as it is. */
export type RefusalCode = keyof typeof hostReasons | TicketReason;

/** Why something is not done: what was found, and what to do about it. Nothing was changed. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly next: string;
}

/** Why an effect failed, as far as it tells. */
export interface Failure {
  readonly reason: string;
  readonly isFull?: boolean;
  readonly isUnreached?: boolean;
}

/** Refused by what failed: a full disk or an ssh login has its own code, whatever it kept from. */
export function refuseFailure(failure: Failure, otherwise: RefusalCode): Refusal {
  const { reason, isFull, isUnreached } = failure;
  if (isUnreached === true) return refusal("ssh-failed", reason);
  return refusal(isFull === true ? "disk-full" : otherwise, reason);
}

/** The detail says what exactly; without it the cause stands alone. */
export function refusal(code: RefusalCode, detail = ""): Refusal {
  const { cause, next } = reasons[code];
  return { code, message: detail === "" ? cause : `${cause}: ${detail}`, next };
}
