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
