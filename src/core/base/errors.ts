/**
 * usage: wrong command line or Action input; settings: invalid settings file; nothing-found: no
 * stpd.ini; broke: an external failure.
 */
export type HardenCode = "usage" | "settings" | "nothing-found" | "broke";

export interface HardenErrorOptions extends ErrorOptions {
  readonly problems?: readonly Problem[];
  readonly root?: string;
}

/** An expected failure, with what is wrong, where, and what to do next. */
export class HardenError extends Error {
  readonly code: HardenCode;
  /** What to do next. */
  readonly next: string;
  /** For settings: all problems, with places relative to `root`. */
  readonly problems: readonly Problem[];
  /** Absolute path. */
  readonly root: string | undefined;

  constructor(
    code: HardenCode,
    message: string,
    next: string,
    { problems = [], root, ...options }: HardenErrorOptions = {},
  ) {
    super(message, options);
    this.name = "HardenError";
    this.code = code;
    this.next = next;
    this.problems = problems;
    this.root = root;
  }
}

/** Stable exit codes: 0 clean, 1 findings, then these. */
export const exitCodes: Readonly<Record<HardenCode, number>> = {
  usage: 2,
  settings: 2,
  "nothing-found": 3,
  broke: 4,
};

/** A problem in a settings file; lines and columns start at 1. */
export interface Problem {
  /** Path relative to the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do next. */
  readonly next: string;
}
