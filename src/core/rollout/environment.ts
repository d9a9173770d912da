import { refuseMember, refuseStopper, type Standing } from "./approvals.ts";
import type { ReasonCode } from "./reasons.ts";
import type { EnvironmentRecord } from "./records.ts";
import { isOver, isReplaceable, lockReason, type Rollout } from "./rollout.ts";

export type EnvironmentEvent =
  | { readonly kind: "freeze"; readonly by: string; readonly reason: string }
  | { readonly kind: "unfreeze"; readonly by: string }
  | { readonly kind: "unlock"; readonly by: string; readonly reason: string }
  /** The global settings were written on the Servers; null takes that back. */
  | { readonly kind: "globals"; readonly by: string; readonly digest: string | null };

export type EnvironmentAdvance =
  | { readonly kind: "moved"; readonly record: EnvironmentRecord }
  | { readonly kind: "refused"; readonly reason: ReasonCode };

/** Decides about an environment. Anyone may stop; letting go again needs a second person. */
export function advanceEnvironment(
  record: EnvironmentRecord,
  event: EnvironmentEvent,
  standingOf: (name: string) => Standing,
): EnvironmentAdvance {
  const standing = standingOf(event.by);
  switch (event.kind) {
    case "freeze": {
      if (record.frozen !== null) return refused("frozen");
      const { by, reason } = event;
      return decided(refuseStopper(standing), { ...record, frozen: { by, reason } });
    }
    case "unfreeze": {
      if (record.frozen === null) return refused("not-frozen");
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

/** The environment after one of its rollouts moved: which one is current, and whether it is locked. */
export function followRollout(record: EnvironmentRecord, rollout: Rollout): EnvironmentRecord {
  const { id, state, requester } = rollout;
  const reason = lockReason(state);
  const locked = reason === undefined ? record.locked : { rollout: id, requester, reason };
  if (!isOver(state)) {
    return { ...record, locked, rollout: { id, replaceable: isReplaceable(state) } };
  }
  return { ...record, locked, rollout: record.rollout?.id === id ? null : record.rollout };
}

/** Why no rollout may be requested now; undefined where one may. */
export function refuseRequest(record: EnvironmentRecord): ReasonCode | undefined {
  if (record.locked !== null) return "locked";
  if (record.frozen !== null) return "frozen";
  return record.rollout?.replaceable === false ? "rollout-at-work" : undefined;
}
