import { expect, test } from "vitest";
import {
  advanceEnvironment,
  followRollout,
  refuseRequest,
  type EnvironmentEvent,
} from "../../../../src/core/rollout/state/environment.ts";
import {
  newEnvironment,
  type EnvironmentRecord,
} from "../../../../src/core/rollout/state/records.ts";
import type { RolloutState } from "../../../../src/core/rollout/state/rollout.ts";
import { makeRollout, makeSituation, states } from "../../../support/builders/rollout-states.ts";

const fresh = newEnvironment("production");
const frozen = { ...fresh, frozen: { by: "ben", reason: "audit", until: null } };
const locked = { ...fresh, locked: { rollout: "2026-11-1", requester: "ben", reason: "a bad" } };

interface EventRow {
  readonly event: EnvironmentEvent;
  /** The result if the environment is fresh, frozen and locked. */
  readonly becomes: readonly (string | Partial<EnvironmentRecord>)[];
}

test.each<EventRow>([
  {
    event: { kind: "freeze", by: "carl", reason: "audit", until: null },
    becomes: [
      { frozen: { by: "carl", reason: "audit", until: null } },
      "frozen",
      { frozen: { by: "carl", reason: "audit", until: null }, locked: locked.locked },
    ],
  },
  {
    event: { kind: "unfreeze", by: "carl" },
    becomes: ["not-frozen", { frozen: null }, "not-frozen"],
  },
  {
    event: { kind: "unfreeze", by: "ben" },
    becomes: ["not-frozen", "second-person", "not-frozen"],
  },
  {
    event: { kind: "unlock", by: "carl", reason: "cable" },
    becomes: ["not-locked", "not-locked", { locked: null }],
  },
  {
    event: { kind: "unlock", by: "ben", reason: "cable" },
    becomes: ["not-locked", "not-locked", "second-person"],
  },
  {
    event: { kind: "globals", by: "carl", digest: "ab" },
    becomes: [{ globals: "ab" }, { globals: "ab" }, { globals: "ab" }],
  },
  {
    event: { kind: "freeze", by: "eve", reason: "audit", until: null },
    becomes: ["person-unknown", "frozen", "person-unknown"],
  },
  {
    event: { kind: "unlock", by: "eve", reason: "cable" },
    becomes: ["not-locked", "not-locked", "person-unknown"],
  },
])("$event.kind by $event.by", ({ event, becomes }) => {
  const results = [fresh, frozen, locked].map((record) =>
    advanceEnvironment(record, event, makeSituation()),
  );
  expect(results).toMatchObject(
    becomes.map((one) =>
      typeof one === "string" ? { kind: "refused", reason: one } : { kind: "moved", record: one },
    ),
  );
});

test("a freeze ends at its time", () => {
  const { standingOf } = makeSituation();
  const freeze = { kind: "freeze", by: "ben", reason: "audit", until: 2000 } as const;
  const decided = advanceEnvironment(fresh, freeze, { at: 1999, standingOf });
  if (decided.kind === "refused") throw new Error(decided.reason);
  const { record } = decided;
  expect([1999, 2000].map((at) => refuseRequest(record, at))).toEqual(["frozen", undefined]);
  const tell = (event: EnvironmentEvent, at: number) => {
    const again = advanceEnvironment(record, event, { at, standingOf });
    return again.kind === "refused" ? again.reason : again.kind;
  };
  expect(tell({ ...freeze, until: null }, 1999)).toBe("frozen");
  expect(tell({ ...freeze, until: null }, 2000)).toBe("moved");
  expect(tell(freeze, 2000)).toBe("freeze-over");
  expect(tell({ kind: "unfreeze", by: "carl" }, 1999)).toBe("moved");
  expect(tell({ kind: "unfreeze", by: "carl" }, 2000)).toBe("not-frozen");
});

test("freezing works if the groups cannot be read, unfreezing does not", () => {
  const standingOf = () => ({ isKnown: true, group: "unreadable", own: "no" }) as const;
  const situation = { at: 1000, standingOf };
  const results = [
    advanceEnvironment(
      fresh,
      { kind: "freeze", by: "carl", reason: "audit", until: null },
      situation,
    ),
    advanceEnvironment(frozen, { kind: "unfreeze", by: "carl" }, situation),
    advanceEnvironment(locked, { kind: "unlock", by: "carl", reason: "cable" }, situation),
    advanceEnvironment(fresh, { kind: "globals", by: "carl", digest: null }, situation),
  ];
  expect(results.map((one) => (one.kind === "refused" ? one.reason : one.kind))).toEqual([
    "moved",
    "groups-unreadable",
    "groups-unreadable",
    "groups-unreadable",
  ]);
});

test.each<{ state: RolloutState; current: boolean; replaceable?: boolean; locks: boolean }>([
  { state: states.requested, current: true, replaceable: true, locks: false },
  { state: states.approved, current: true, replaceable: false, locks: false },
  { state: states.dispatching, current: true, replaceable: false, locks: false },
  { state: states.unknown, current: true, replaceable: false, locks: false },
  { state: states.running, current: true, replaceable: false, locks: false },
  { state: states.aborting, current: true, replaceable: false, locks: false },
  { state: states.paused, current: true, replaceable: false, locks: false },
  { state: states.aborted, current: true, replaceable: true, locks: false },
  { state: states.succeeded, current: false, locks: false },
  { state: states.failed, current: false, locks: true },
  { state: states.denied, current: false, locks: false },
  { state: states.expired, current: false, locks: false },
  { state: { kind: "expired", isLost: true }, current: false, locks: true },
  { state: states.superseded, current: false, locks: false },
  { state: states.revoked, current: false, locks: false },
])("after $state.kind", ({ state, current, replaceable, locks }) => {
  const before = { ...fresh, rollout: { id: "2026-11-1", replaceable: false } };
  const after = followRollout(before, makeRollout({ state }));
  expect(after.rollout).toEqual(current ? { id: "2026-11-1", replaceable } : null);
  expect(after.locked !== null).toBe(locks);
  expect(refuseRequest(after, 1000)).toBe(
    locks ? "locked" : replaceable === false ? "rollout-at-work" : undefined,
  );
});

test("a superseded rollout does not clear its replacement", () => {
  const before = { ...fresh, rollout: { id: "2026-11-2", replaceable: true } };
  expect(followRollout(before, makeRollout({ state: states.superseded })).rollout).toEqual(
    before.rollout,
  );
});
