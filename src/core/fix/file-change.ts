/** A file of the fleet before and after; bytes, one character a byte. */
export interface FileChange {
  /** Path below the root of the fleet, with `/`. */
  readonly path: string;
  /** Undefined where the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}
