import { HardenError } from "../../src/core/base/errors.ts";

/** One thing that has to hold before the bot starts. */
export interface StartCheck {
  readonly what: string;
  /** Undefined where it holds. */
  readonly problem: string | undefined;
  /** How to mend it. */
  readonly next: string;
  /** Neither the check nor the start fails by it. */
  readonly isWarning?: true;
  /** The check fails by it, and the bot starts all the same. */
  readonly isMinor?: true;
}

/** Does one check; an error is its problem, and what a HardenError says to do goes before `next`. */
export async function tryCheck(
  what: string,
  next: string,
  look: () => Promise<string | undefined>,
): Promise<StartCheck> {
  try {
    return { what, problem: await look(), next };
  } catch (error) {
    if (error instanceof HardenError) return { what, problem: error.message, next: error.next };
    return { what, problem: "an error that nobody foresaw", next };
  }
}

/** One line a check, for people. */
export function printChecks(checks: readonly StartCheck[]): string {
  return checks
    .map(({ what, problem, next, isWarning }) =>
      problem === undefined
        ? `ok    ${what}\n`
        : `${isWarning ? "WARN " : "WRONG"} ${what}: ${problem}\n      ${next}\n`,
    )
    .join("");
}
