/** Why something was refused, and what to do next. */
export interface Reason {
  readonly cause: string;
  readonly next: string;
}
