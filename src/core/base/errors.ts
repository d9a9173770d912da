/**
 * usage: the command line or an action input is wrong; settings: a settings file is; nothing-found:
 * there is no stpd.ini; broke: something outside failed.
 */
export type HardenCode = "usage" | "settings" | "nothing-found" | "broke";

export interface HardenErrorOptions extends ErrorOptions {
  readonly problems?: readonly Problem[];
  readonly root?: string;
}

/** What nobody here can handle: says what and where, and what to do next. */
export class HardenError extends Error {
  readonly code: HardenCode;
  /** What to do next. */
  readonly next: string;
  /** For settings: all that is wrong, with its places below `root`. */
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

/** Exit codes of contract: 0 clean, 1 findings, then these. */
export const exitCodes: Readonly<Record<HardenCode, number>> = {
  usage: 2,
  settings: 2,
  "nothing-found": 3,
  broke: 4,
};

/** Something wrong in a settings file, with its place; lines and columns start at 1. */
export interface Problem {
  /** Path below the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do next. */
  readonly next: string;
}
