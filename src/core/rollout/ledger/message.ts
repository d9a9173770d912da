import { countOf } from "../../check/checked-fleet.ts";
import type { LedgerEntry, LedgerEvent } from "./entry.ts";

/** Of the commit, for people who look at the branch; it proves nothing. */
export function messageOf({ sequence, by, event }: LedgerEntry): string {
  return `${sequence}: ${describeEvent(event)} by ${by ?? "controller"}`;
}

function describeEvent(event: LedgerEvent): string {
  switch (event.kind) {
    case "request":
      return `request ${event.phase} in ${event.environment}`;
    case "rollout":
      return `${event.event.kind} ${event.rollout}`;
    case "environment":
      return `${event.event.kind} ${event.environment}`;
    case "see":
    case "verify":
      return `${event.kind} ${countOf(event.hosts.length, "host")}`;
    case "remind":
      return `remind of ${event.rollout}`;
    case "card":
      return `card of ${event.rollout}`;
  }
}
