import fc from "fast-check";
import type { EnvironmentRecord } from "../../../src/core/rollout/state/records.ts";
import {
  outcomes,
  type HostResult,
  type Rollout,
  type RolloutEvent,
  type RolloutState,
} from "../../../src/core/rollout/state/rollout.ts";
import { planDigest } from "../builders/rollout-states.ts";
import type { TransitionContext } from "../../../src/core/rollout/state/transition-context.ts";

/**
 * Three people and three controllers. Each controller acts on its last read, which may be stale.
 * Its write succeeds only if there was no other write; otherwise it reads and decides again.
 */
export const actors = ["anna", "ben", "carl"] as const;
export const persons = new Map(
  actors.map((name, index) => [
    name as string,
    { name, slack: null, github: index, groups: ["g"] },
  ]),
);

export interface World {
  at: number;
  version: number;
  rollout: Rollout;
  environment: EnvironmentRecord;
  /** The environment: who is in the group, who made the change, what the branch contains. */
  members: ReadonlySet<string> | undefined;
  authors: readonly (number | null)[] | undefined;
  target: TransitionContext["target"];
  window: TransitionContext["window"];
  closing: TransitionContext["closing"];
  predecessor: TransitionContext["predecessor"];
  search: TransitionContext["search"];
}

export type Step =
  | { readonly kind: "world"; readonly change: Partial<World> }
  | { readonly kind: "later"; readonly seconds: number }
  | { readonly kind: "read"; readonly controller: number }
  | {
      readonly kind: "event";
      readonly controller: number;
      readonly event: RolloutEvent;
      /** Changes an event to the next or running wave. */
      readonly fits: boolean;
    }
  | {
      readonly kind: "judge";
      readonly controller: number;
      readonly outcomes: readonly HostResult["outcome"][];
    }
  | { readonly kind: "freeze" | "unfreeze" | "lock" | "unlock"; readonly by: string };

const actor = fc.constantFrom(...actors);
const controller = fc.nat(2);
const fits = fc.nat(9).map((number) => number > 0);
const anyWave = fc.integer({ min: 1, max: 3 });
const anyEvent: fc.Arbitrary<RolloutEvent> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant("approve"),
      by: actor,
      plan: fc.constant(planDigest),
    }),
  },
  { weight: 40, arbitrary: fc.record({ kind: fc.constant("dispatch"), wave: anyWave }) },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constantFrom("accept", "find"),
      wave: anyWave,
      run: fc.constant(7),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("lose"), wave: anyWave }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("refuse"),
      wave: anyWave,
      detail: fc.constant("404"),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant("record"),
      by: actor,
      what: fc.constant("backup"),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("resume"), by: actor }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("deny", "withdraw", "revoke"), by: actor }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("abort"), by: actor, reason: fc.constant("x") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("expire") }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("supersede"), rollout: fc.constant("2026-11-2") }),
  },
) as fc.Arbitrary<RolloutEvent>;

const someMembers = fc.constantFrom(
  new Set(actors),
  new Set(["ben", "carl"]),
  new Set<string>(),
  undefined,
);
const anyChange: fc.Arbitrary<Partial<World>> = fc.oneof(
  fc.record({ members: someMembers }),
  fc.record({ authors: fc.constantFrom([], [1], [null], undefined) }),
  fc.record({ target: fc.constantFrom("same", "same", "changed", "unreadable") }),
  fc.record({ window: fc.constantFrom("none", "none", "freeze-window", "backup-window") }),
  fc.record({ closing: fc.constantFrom("ready", "open-not-proven") }),
  fc.record({ predecessor: fc.constantFrom("ready", "ready", "not-closed") }),
  fc.record({ search: fc.constantFrom("nothing-found", "under-way") }),
);
const mostlyGood = fc.oneof(
  { weight: 4, arbitrary: fc.constant("good") },
  fc.constantFrom(...outcomes),
);
/** Steps of which many fit, since pure chance would not get far. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("event"), controller, event: anyEvent, fits }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("judge"),
      controller,
      outcomes: fc.array(mostlyGood, { minLength: 2, maxLength: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("read"), controller }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("later"),
      seconds: fc.constantFrom(10, 100, 100, 4000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("world"), change: anyChange }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("freeze", "unfreeze", "lock", "unlock"),
      by: actor,
    }),
  },
) as fc.Arbitrary<Step>;

/** The event about the next or running wave. */
export function fitWave(event: RolloutEvent, state: RolloutState): RolloutEvent {
  if (!("wave" in event)) return event;
  const wave = "wave" in state ? state.wave : "judged" in state ? state.judged + 1 : 1;
  return { ...event, wave };
}
