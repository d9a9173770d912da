import type { Outcome } from "../../core/host/ports.ts";
import { explainFileError } from "../runtime/file-errors.ts";

/** What a file operation came to; `what` says, for people, what was tried. */
export function attempt<Value>(what: string, act: () => Value): Outcome<Value> {
  try {
    return { kind: "done", value: act() };
  } catch (error) {
    const isFull = hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT");
    return { kind: "failed", reason: `${what}: ${explainFileError(error)}`, isFull };
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
