/** Why a bridge cannot be made; the same codes in every face. */
export const bridgeRefusals = [
  "desired-unreadable",
  "current-unreadable",
  "https-not-sure",
  "https-port-changes",
  "plain-port-unreadable",
  "plain-port-misplaced",
  "plain-port-conflict",
  "readers-disagree",
] as const;

export type RefusalCode = (typeof bridgeRefusals)[number];

/** Why something is not done: what was found, and what to do about it. Nothing was changed. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly next: string;
}
