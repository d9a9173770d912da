import type { Journal } from "../journal.ts";
import type { Holder } from "../ports.ts";
import type { HostState, StateReading } from "./state.ts";
import { formatSpan, formatTime } from "../../base/dates.ts";

export interface HostVerdict {
  /** False if someone has to act, an undo is pending, or something is unknown. */
  readonly isFine: boolean;
  readonly text: string;
}

export interface VerdictContext {
  readonly host: string;
  readonly nowMs: number;
}

/** Returns the first line of `host status`, without the host name. */
export function judgeHostState(reading: StateReading, context: VerdictContext): HostVerdict {
  if (reading.kind === "unreached") {
    const reason = trimReason(reading.reason);
    return bad(`unknown: could not log in over ssh (${reason}); nothing was changed`);
  }
  const { state } = reading;
  const { journal, reach, live } = state;
  if (journal.kind === "failed") return bad(`unknown: ${journal.reason}`);
  if (journal.value !== undefined) {
    const now = reach.answer === "bad" ? "; NOT REACHABLE now" : "";
    return bad(`${describeChange(journal.value, state, context)}${now}`);
  }
  if (live.kind === "failed") return bad(`stpd.ini cannot be read: ${live.reason}`);
  const why = reach.reasons[0]?.message ?? "";
  if (reach.answer === "bad") return bad(`NOT REACHABLE: ${why}`);
  if (reach.answer === "unknown") return bad(`unknown whether clients reach it: ${why}`);
  const holder = findHolder(state, "yes");
  if (holder !== undefined)
    return { isFine: true, text: `${describeOtherRun(holder)}; no change yet` };
  const codes = [...new Set(state.hindrances.map(({ code }) => code))];
  const hindered = codes.length === 0 ? "" : `; not ready for a change (${codes.join(", ")})`;
  return { isFine: true, text: `fine, nothing under way${hindered}` };
}

/** Message for a command that needs more than is known. */
export function explainUnreached(host: string, reason: string): string {
  return `Could not log in to ${host} over ssh (${trimReason(reason)}). Its state is unknown; nothing was changed.`;
}

/** Drops `ssh: ` prefixes and a full stop at the end of a reason. */
export function trimReason(reason: string): string {
  return reason.replace(/^(ssh: )+/, "").replace(/\.+$/, "");
}

/** Describes a live holder of the lock and how long it has been running. */
export function describeOtherRun({ who, ageSeconds }: Holder): string {
  return `${who} is running, for ${formatSpan(ageSeconds)}`;
}

function bad(text: string): HostVerdict {
  return { isFine: false, text };
}

function findHolder({ holder }: HostState, alive: Holder["alive"]): Holder | undefined {
  const value = holder.kind === "done" ? holder.value : undefined;
  return value?.alive === alive ? value : undefined;
}

function describeChange(
  { stage, startedAt }: Journal,
  state: HostState,
  { host, nowMs }: VerdictContext,
): string {
  const since = `change unfinished since ${formatTime(Date.parse(startedAt))}`;
  const recover = `run sesam-harden recover --host ${host}`;
  if (state.decision === "confirm") return `change verified, but not cleaned up: ${recover}`;
  if (stage === "stuck") {
    return state.reach.answer === "good"
      ? `${since} and marked as stuck, but reachable now: ${recover}`
      : `${since} and STUCK: no file made it reachable; run sesam-harden recover --show --host ${host}`;
  }
  const holder = findHolder(state, "yes");
  const run = holder === undefined ? "" : `${describeOtherRun(holder)}; `;
  const unless = holder === undefined ? "" : ", unless it is verified before";
  return `${run}${since}, ${describeUndo(state, nowMs, recover)}${unless}`;
}

function describeUndo({ undo }: HostState, nowMs: number, recover: string): string {
  if (undo.kind === "failed")
    return `unknown whether it is rolled back automatically (${undo.reason})`;
  switch (undo.value.kind) {
    case "waiting": {
      const { leftSeconds } = undo.value;
      if (leftSeconds === undefined) return "rolled back automatically at an unknown time";
      return `to be undone at ${formatTime(nowMs + 1000 * leftSeconds)} (in ${formatSpan(leftSeconds)})`;
    }
    case "working":
      return "being undone now";
    case "none":
      return `no undo is armed: ${recover}`;
  }
}
