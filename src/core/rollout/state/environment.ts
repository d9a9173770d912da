import { refuseMember, refuseStopper, type Standing } from "./approvals.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import { isFrozen, type EnvironmentRecord } from "./records.ts";
import { isOver, isReplaceable, lockReason, type Rollout } from "./rollout.ts";

export type EnvironmentEvent =
  | {
      readonly kind: "freeze";
      readonly by: string;
      readonly reason: string;
      /** Seconds since 1970; null until someone else lifts it. */
      readonly until: number | null;
    }
  | { readonly kind: "unfreeze"; readonly by: string }
  | { readonly kind: "unlock"; readonly by: string; readonly reason: string }
  /** The global settings were set on the Servers; null revokes that record. */
  | { readonly kind: "globals"; readonly by: string; readonly digest: string | null };

export type EnvironmentAdvance =
  | { readonly kind: "moved"; readonly record: EnvironmentRecord }
  | { readonly kind: "refused"; readonly reason: ReasonCode };

export interface EnvironmentSituation {
  /** Seconds since 1970. */
  readonly at: number;
  readonly standingOf: (name: string) => Standing;
}

/** Applies a decision about an environment. Anyone may freeze; lifting needs a second person. */
export function advanceEnvironment(
  record: EnvironmentRecord,
  event: EnvironmentEvent,
  { at, standingOf }: EnvironmentSituation,
): EnvironmentAdvance {
  const standing = standingOf(event.by);
  switch (event.kind) {
    case "freeze": {
      if (isFrozen(record, at)) return refused("frozen");
      const { by, reason, until } = event;
      if (until !== null && until <= at) return refused("freeze-over");
      return decided(refuseStopper(standing), { ...record, frozen: { by, reason, until } });
    }
    case "unfreeze": {
      if (record.frozen === null || !isFrozen(record, at)) return refused("not-frozen");
      const isSame = record.frozen.by === event.by;
      const refusal = refuseMember(standing) ?? (isSame ? "second-person" : undefined);
      return decided(refusal, { ...record, frozen: null });
    }
    case "unlock": {
      if (record.locked === null) return refused("not-locked");
      const isSame = record.locked.requester === event.by;
      const refusal = refuseMember(standing) ?? (isSame ? "second-person" : undefined);
      return decided(refusal, { ...record, locked: null });
    }
    case "globals":
      return decided(refuseMember(standing), { ...record, globals: event.digest });
  }
}

function refused(reason: ReasonCode): EnvironmentAdvance {
  return { kind: "refused", reason };
}

function decided(reason: ReasonCode | undefined, record: EnvironmentRecord): EnvironmentAdvance {
  return reason === undefined ? { kind: "moved", record } : refused(reason);
}

/** Updates the environment after a change to one of its rollouts: current rollout and lock. */
export function followRollout(record: EnvironmentRecord, rollout: Rollout): EnvironmentRecord {
  const { id, state, requester } = rollout;
  const reason = lockReason(state);
  const locked = reason === undefined ? record.locked : { rollout: id, requester, reason };
  if (!isOver(state)) {
    return { ...record, locked, rollout: { id, replaceable: isReplaceable(state) } };
  }
  return { ...record, locked, rollout: record.rollout?.id === id ? null : record.rollout };
}

/** Why no rollout can be requested now; undefined if one can. */
export function refuseRequest(record: EnvironmentRecord, at: number): ReasonCode | undefined {
  if (record.locked !== null) return "locked";
  if (isFrozen(record, at)) return "frozen";
  return record.rollout?.replaceable === false ? "rollout-at-work" : undefined;
}
