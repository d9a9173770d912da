import type { CheckFinding, FindingState } from "../../rollout/dispatch/rehearsal-report.ts";
import type { Refusal, RefusalCode } from "../../base/reasons.ts";

/** Names of the preconditions of a change, in the order in which `host check` prints them. */
export const checkNames = [
  "ticket",
  "pins",
  "change",
  "plan",
  "drift",
  "phase",
  "file",
  "version",
  "loaded",
  "busy",
  "server",
  "certificate",
  "reachable",
  "https",
  "space",
  "undo",
  "sudo",
  "runner",
  "clock",
  "key",
] as const;
export type CheckName = (typeof checkNames)[number];

/** Result of checking one precondition of a change. */
export interface Precondition extends CheckFinding {
  readonly check: CheckName;
  /** Why `apply` would refuse now; undefined if it would not refuse because of this check. */
  readonly refusal: Refusal | undefined;
}

/** Refusals that mean the state could not be determined. */
const unknownCodes: ReadonlySet<string> = new Set<RefusalCode>([
  "busy-unknown",
  "version-unknown",
  "service-not-found",
  "ssh-failed",
  "journal-unreadable",
]);

/** A precondition that is met. */
export function passed(check: CheckName, message: string): Precondition {
  return { check, state: "ok", code: "", message, next: "", refusal: undefined };
}

/**
 * A precondition for which `apply` refuses. Running transfers are only a warning, because they end.
 */
export function refusedFor(
  check: CheckName,
  refusal: Refusal,
  isUnknown = unknownCodes.has(refusal.code),
): Precondition {
  const { code } = refusal;
  const state = code === "busy" ? "warning" : isUnknown ? "unknown" : "failed";
  return { check, state, ...refusal, refusal };
}

/** A finding for which `apply` does not refuse, or which it does not check. */
export function found(
  check: CheckName,
  state: Exclude<FindingState, "ok">,
  what: Pick<CheckFinding, "code" | "message" | "next">,
): Precondition {
  return { check, state, ...what, refusal: undefined };
}

/** The finding in the form that a report carries. */
export function findingOf({ check, state, code, message, next }: Precondition): CheckFinding {
  return { check, state, code, message, next };
}
