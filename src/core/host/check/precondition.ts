import type { CheckFinding, FindingState } from "../../rollout/dispatch/rehearsal-report.ts";
import type { Refusal, RefusalCode } from "../../base/reasons.ts";

/** What has to be so for a change to begin; the order in which `host check` shows it. */
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

/** One precondition of a change, as it was found. */
export interface Precondition extends CheckFinding {
  readonly check: CheckName;
  /** Why `apply` would refuse now; undefined where it would not for this. */
  readonly refusal: Refusal | undefined;
}

/** Nothing is known then, or not enough. */
const unknownCodes: ReadonlySet<string> = new Set<RefusalCode>([
  "busy-unknown",
  "version-unknown",
  "service-not-found",
  "ssh-failed",
  "journal-unreadable",
]);

export function passed(check: CheckName, message: string): Precondition {
  return { check, state: "ok", code: "", message, next: "", refusal: undefined };
}

/** What `apply` refuses for. Transfers that run now end: they only warn. */
export function refusedFor(
  check: CheckName,
  refusal: Refusal,
  isUnknown = unknownCodes.has(refusal.code),
): Precondition {
  const { code } = refusal;
  const state = code === "busy" ? "warning" : isUnknown ? "unknown" : "failed";
  return { check, state, ...refusal, refusal };
}

/** What `apply` does not refuse for, or does not know. */
export function found(
  check: CheckName,
  state: Exclude<FindingState, "ok">,
  what: Pick<CheckFinding, "code" | "message" | "next">,
): Precondition {
  return { check, state, ...what, refusal: undefined };
}

/** As a report carries it. */
export function findingOf({ check, state, code, message, next }: Precondition): CheckFinding {
  return { check, state, code, message, next };
}
