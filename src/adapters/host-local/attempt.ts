import type { Outcome } from "../../core/host/ports.ts";
import { explainFileError } from "../runtime/file-errors.ts";

/**
 * Runs a file operation and turns an exception into a failed outcome. `what` names the operation
 * for people.
 */
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
