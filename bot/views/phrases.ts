import { showMinute } from "../../src/core/base/dates.ts";
import type { FleetState, HostStatus, StateCounts } from "../../src/core/status/fleet-status.ts";
import { hostStates, nameOutcome } from "../../src/core/status/fleet-status.ts";
import type { EnvironmentRecord, Freeze, Lock } from "../../src/core/rollout/state/records.ts";
import { reasons, type ReasonCode } from "../../src/core/base/reasons.ts";
import type { HostOutcome } from "../../src/core/rollout/state/rollout.ts";
import { showWallClock } from "../../src/core/rollout/state/time-windows.ts";
import { toName, toPlain } from "./escape.ts";
import { countOf } from "../../src/core/base/text.ts";
import type { Phase } from "../../src/core/fleet/phase.ts";

/** Words that several views share. No meaning depends on a colour or an icon. */

export const stateWords: Readonly<Record<FleetState, string>> = {
  "locked-out": "no data port accepts connections, so backups to it fail",
  drifted: "it differs from what was verified, or from the config repo",
  plaintext: "only unencrypted ports work",
  unknown: "it was not scanned recently, or did not answer",
  partial: "HTTPS works, but a legacy port, protocol or cipher is enabled, or an error remains",
  hardened: "only HTTPS works, without legacy protocols and ciphers",
};

export const outcomeWords: Readonly<Record<HostOutcome, string>> = {
  good: "verified",
  bad: "not verified",
  unknown: "unknown (needs attention)",
  "not-started": "not started",
};

export const phaseWords: Readonly<Record<Phase, string>> = {
  open: "enables HTTPS next to the old ports",
  close: "disables HTTP and FTP",
};

/** A time with its distance from now: `(5 minutes ago)`, `(in 2 hours)`. */
export function showWhen(at: number, nowSeconds: number): string {
  const span = showSpan(Math.abs(nowSeconds - at));
  return `${showMinute(at)} (${at <= nowSeconds ? `${span} ago` : `in ${span}`})`;
}

/** A duration in one rounded unit: `2 days`, `3 hours`, `5 minutes`. */
export function showSpan(seconds: number): string {
  if (seconds < 90) return countOf(Math.round(seconds), "second");
  if (seconds < 90 * 60) return countOf(Math.round(seconds / 60), "minute");
  if (seconds < 36 * 3600) return countOf(Math.round(seconds / 3600), "hour");
  return countOf(Math.round(seconds / 86_400), "day");
}

/** Commits and digests as people compare them. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

export function nameOfEnvironment(name: string | null): string {
  return name ?? "no environment";
}

/** `3 hardened, 1 plaintext`; omits states without hosts. */
export function listCounts(counts: StateCounts): string {
  const parts = hostStates
    .toReversed()
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  return parts.join(", ") || "no hosts";
}

export function totalOf(counts: StateCounts): number {
  return hostStates.reduce((sum, state) => sum + counts[state], 0);
}

/** The first names, and how many more there are. */
export function listSome(names: readonly string[], most: number, noun = "more"): string {
  const left = names.length - most;
  const shown = names.slice(0, most).map((name) => toName(name, 60));
  return shown.join(", ") + (left > 0 ? ` and ${left} ${noun}` : "");
}

/** How long a freeze lasts, who set it, and why. */
export function describeFreeze({ by, reason, until }: Freeze, nowSeconds: number): string {
  return `${describeEnd(until, nowSeconds)}, by ${by}: “${toPlain(reason)}”`;
}

/** Why an environment is locked. */
export function describeLock({ rollout, reason }: Lock): string {
  return `since rollout ${rollout}: ${toPlain(reason)}`;
}

/** Who froze the environment or why it is locked, if `code` says that; otherwise empty. */
export function describeHeld(
  code: ReasonCode,
  { frozen, locked }: Pick<EnvironmentRecord, "frozen" | "locked">,
  nowSeconds: number,
): string {
  if (code === "frozen" && frozen !== null) return describeFreeze(frozen, nowSeconds);
  return code === "locked" && locked !== null ? describeLock(locked) : "";
}

/** The end of a freeze, also as local time of the time zone. */
export function describeEnd(until: number | null, nowSeconds: number, timeZone = "UTC"): string {
  if (until === null) return "until someone else lifts it";
  const when = showWhen(until, nowSeconds);
  return timeZone === "UTC"
    ? `until ${when}`
    : `until ${showWallClock(until, timeZone)} ${timeZone}, ${when}`;
}

/** Cause and next step, as two sentences. */
export function explain(code: ReasonCode, detail = ""): string {
  const { cause, next } = reasons[code];
  const more = detail === "" ? "" : ` (${detail})`;
  return `${capital(cause)}${more}. ${next}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `apply` verified this on the host, and `verify` has not scanned it from outside since. */
export const seenFromHost = ", seen from the host";

/** The last rollout of a host and its outcome. */
export function describeRollout({ rolledOut }: HostStatus, nowSeconds: number): string {
  if (rolledOut === null) return "none";
  const { phase, outcome, reason, at, rollout } = rolledOut;
  const why = reason === "" ? "" : `, ${reason}`;
  const came = rolledOut.byHand === undefined ? outcomeWords[outcome] : nameOutcome(rolledOut);
  return `${phase}, ${came}${why}, in ${rollout}, ${showWhen(at, nowSeconds)}`;
}

export function describeWire({ wire }: HostStatus, nowSeconds: number): string {
  if (wire === null) return "never";
  const { verdict, at, isStale, from } = wire;
  return `${verdict}, ${showWhen(at, nowSeconds)}${from === "host" ? seenFromHost : ""}${isStale ? ", outdated" : ""}`;
}
