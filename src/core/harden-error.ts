/**
 * usage: the command line or an action input is wrong; settings: a settings file is; nothing-found:
 * there is no stpd.ini; broke: something outside failed.
 */
export type HardenCode = "usage" | "settings" | "nothing-found" | "broke";

/** What nobody here can handle: says what and where, and what to do next. */
export class HardenError extends Error {
  readonly code: HardenCode;
  /** What to do next. */
  readonly next: string;

  constructor(code: HardenCode, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HardenError";
    this.code = code;
    this.next = next;
  }
}

/** Exit codes of contract: 0 clean, 1 findings, then these. */
export const exitCodes: Readonly<Record<HardenCode, number>> = {
  usage: 2,
  settings: 2,
  "nothing-found": 3,
  broke: 4,
};
