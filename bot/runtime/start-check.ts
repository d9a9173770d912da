import { HardenError } from "../../src/core/base/errors.ts";
import { makeVisible } from "../../src/core/base/text.ts";

/** Result of one check before the start. */
export interface StartCheck {
  readonly what: string;
  /** Undefined if the check passed. */
  readonly problem: string | undefined;
  /** How to fix it. */
  readonly next: string;
  /** A warning: fails neither --check nor the start. */
  readonly isWarning?: true;
  /** Fails --check, but the bot starts anyway. */
  readonly isMinor?: true;
}

/** Runs one check. An error becomes its problem; the advice of a HardenError replaces `next`. */
export async function tryCheck(
  what: string,
  next: string,
  look: () => Promise<string | undefined>,
): Promise<StartCheck> {
  try {
    return { what, problem: await look(), next };
  } catch (error) {
    if (error instanceof HardenError) return { what, problem: error.message, next: error.next };
    return { what, problem: "unexpected error", next };
  }
}

/** One line per check, for people. */
export function printChecks(checks: readonly StartCheck[]): string {
  return checks
    .map(({ what, problem, next, isWarning }) =>
      problem === undefined
        ? `ok    ${what}\n`
        : `${isWarning ? "WARN " : "WRONG"} ${what}: ${makeVisible(problem)}\n      ${makeVisible(next)}\n`,
    )
    .join("");
}
