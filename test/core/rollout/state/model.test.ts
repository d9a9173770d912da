import fc from "fast-check";
import { expect, test } from "vitest";
import { listStateChanges } from "../../../../build/rollout-states.ts";
import { advance } from "../../../../src/core/rollout/state/transition-table.ts";
import { findStanding } from "../../../../src/core/rollout/state/approvals.ts";
import {
  advanceEnvironment,
  followRollout,
} from "../../../../src/core/rollout/state/environment.ts";
import {
  newEnvironment,
  type EnvironmentRecord,
} from "../../../../src/core/rollout/state/records.ts";
import {
  hostsOfWave,
  type Rollout,
  type RolloutEvent,
} from "../../../../src/core/rollout/state/rollout.ts";
import { expiresAt, makeRollout } from "../../../support/builders/rollout-states.ts";
import {
  actors,
  anyStep,
  fitWave,
  persons,
  type Step,
  type World,
} from "../../../support/harness/rollout-steps.ts";
import type { TransitionContext } from "../../../../src/core/rollout/state/transition-context.ts";

/** A log that is independent of the machine, so that the invariants do not trust it. */
interface Journal {
  readonly approved: Set<string>;
  readonly ended: Set<string>;
  /** Failures of each evaluated wave, as long as no host of it was left. */
  readonly judged: Map<number, number>;
  readonly sent: { readonly wave: number; isOpen: boolean }[];
  /** Number of state changes. */
  readonly changes: Set<string>;
}

function holdInvariants(world: World, journal: Journal, sent: number): void {
  const { terms, phase, requester } = world.rollout;
  const valid = [...journal.approved].filter(
    (name) =>
      name !== requester &&
      world.members?.has(name) === true &&
      world.authors?.includes(persons.get(name)?.github ?? -1) === false &&
      !world.authors.includes(null),
  );
  expect(valid.length).toBeGreaterThanOrEqual(terms.approvals);
  expect(world.at).toBeLessThan(expiresAt);
  expect([...journal.ended]).toEqual([]);
  expect(world.environment).toMatchObject({ frozen: null, locked: null });
  expect([world.target, world.window]).toEqual(["same", "none"]);
  if (phase === "close") expect(world.closing).toBe("ready");
  if (sent === 1) expect(world.predecessor).toBe("ready");
  for (let before = 1; before < sent; before++) {
    expect(journal.judged.get(before)).toBeLessThanOrEqual(terms.maxFailures);
  }
  expect(journal.sent.filter(({ isOpen }) => isOpen)).toEqual([]);
}

function writeDown(world: World, before: Rollout, event: RolloutEvent, journal: Journal): void {
  if (event.kind === "approve") journal.approved.add(event.by);
  if (["deny", "withdraw", "revoke", "supersede", "expire"].includes(event.kind))
    journal.ended.add(event.kind);
  // Before the first wave was sent, an abort is a denial.
  if (event.kind === "abort" && journal.sent.length === 0) journal.ended.add("abort");
  if (event.kind === "dispatch") {
    holdInvariants(world, journal, event.wave);
    journal.sent.push({ wave: event.wave, isOpen: true });
  }
  const last = journal.sent.at(-1);
  if (last === undefined) return;
  // A lost run that was not found may be sent again; a found one must be evaluated.
  if (event.kind === "lose" || event.kind === "refuse") last.isOpen = false;
  if (event.kind === "find" || event.kind === "accept") last.isOpen = true;
  if (event.kind === "judge") {
    last.isOpen = false;
    const isAborting = before.state.kind === "aborting";
    const left = event.results.filter(({ outcome }) => outcome === "not-started").length;
    const bad = event.results.filter(({ outcome }) => outcome !== "good").length;
    if (isAborting && left > 0) return;
    journal.judged.set(event.wave, bad);
  }
}

function situationOf(world: World): TransitionContext {
  const { members, authors, at, target, environment, window, closing, predecessor, search } = world;
  const request = {
    persons,
    members:
      members === undefined
        ? { kind: "unreadable" as const }
        : { kind: "members" as const, names: members },
    authors:
      authors === undefined
        ? { kind: "unreadable" as const }
        : { kind: "authors" as const, accounts: authors },
    requester: world.rollout.requester,
  };
  return {
    at,
    target,
    environment,
    rehearsal: undefined,
    window,
    closing,
    predecessor,
    search,
    standingOf: (name) => findStanding(name, request),
  };
}

interface View {
  version: number;
  rollout: Rollout;
  environment: EnvironmentRecord;
}

function runStep(world: World, views: View[], step: Step, journal: Journal): boolean {
  const read = (): View => ({
    version: world.version,
    rollout: world.rollout,
    environment: world.environment,
  });
  if (step.kind === "world") Object.assign(world, step.change);
  else if (step.kind === "later") world.at += step.seconds;
  else if (step.kind === "read") views[step.controller] = read();
  else if (step.kind === "event" || step.kind === "judge") {
    // Twice at most: an outdated view loses the race, is read again, and decides again.
    for (let turn = 0; turn < 2; turn++) {
      const view = views[step.controller] ?? read();
      const { state } = view.rollout;
      const event: RolloutEvent | undefined =
        step.kind === "event"
          ? step.fits
            ? fitWave(step.event, state)
            : step.event
          : state.kind === "running" || state.kind === "aborting"
            ? {
                kind: "judge",
                wave: state.wave,
                run: 7,
                results: hostsOfWave(view.rollout, state.wave).map((host, index) => ({
                  host,
                  outcome: step.outcomes[index] ?? "good",
                  reason: "",
                })),
              }
            : undefined;
      if (event === undefined) return false;
      const decided = advance(view.rollout, event, {
        ...situationOf(world),
        environment: view.environment,
      });
      const isCurrent = view.version === world.version;
      if (isCurrent && decided.kind === "moved") {
        const { state: next } = decided.rollout;
        journal.changes.add(`${world.rollout.state.kind} ${event.kind} ${next.kind}`);
        writeDown(world, world.rollout, event, journal);
        world.rollout = decided.rollout;
        world.environment = followRollout(world.environment, decided.rollout);
        world.version++;
      }
      views[step.controller] = read();
      if (isCurrent) return decided.kind === "moved";
    }
  } else if (step.kind === "lock") {
    const locked = { rollout: "2026-11-0", requester: step.by, reason: "x bad" };
    world.environment = { ...world.environment, locked };
    world.version++;
  } else {
    const decided = advanceEnvironment(
      world.environment,
      { kind: step.kind, by: step.by, reason: "x", until: null },
      situationOf(world),
    );
    if (decided.kind === "moved") {
      world.environment = decided.record;
      world.version++;
    }
  }
  return false;
}

test.each([
  { phase: "open", approvals: 1, maxFailures: 0 },
  { phase: "close", approvals: 2, maxFailures: 1 },
] as const)(
  "no order of events violates an invariant: $phase",
  ({ phase, approvals, maxFailures }) => {
    const ends = new Map<string, number>();
    const changes = new Set<string>();
    let maxSent = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 40, maxLength: 160, size: "max" }), (steps) => {
        const terms = { approvals, maxFailures, soak: 100, record: ["backup"] } as const;
        const waves = [["a", "d"], ["b", "c"], ["s"]];
        const state = { kind: "requested" } as const;
        const rollout = makeRollout({ phase, terms, waves, approvals: [], state });
        const world: World = {
          at: 1000,
          version: 0,
          rollout,
          environment: newEnvironment("production"),
          members: new Set(actors),
          authors: [],
          target: "same",
          window: "none",
          closing: "ready",
          predecessor: "ready",
          search: "nothing-found",
        };
        const views: View[] = [];
        const journal: Journal = {
          approved: new Set(),
          ended: new Set(),
          judged: new Map(),
          sent: [],
          changes,
        };
        for (const step of steps) runStep(world, views, step, journal);
        const { kind } = world.rollout.state;
        ends.set(kind, (ends.get(kind) ?? 0) + 1);
        maxSent = Math.max(maxSent, ...journal.sent.map((one) => one.wave));
      }),
      { numRuns: 5000, seed: 7 },
    );
    // The sequences must reach every state to be meaningful.
    for (const kind of [
      "succeeded",
      "failed",
      "denied",
      "expired",
      "superseded",
      "aborted",
      "paused",
    ]) {
      expect(ends.get(kind) ?? 0, kind).toBeGreaterThan(0);
    }
    expect(maxSent).toBe(3);
    // All changes are in the diagram of docs/rollout-states.md.
    const drawn = new Set(
      listStateChanges().map(({ from, event, to }) => `${from} ${event} ${to}`),
    );
    expect([...changes].filter((change) => !drawn.has(change))).toEqual([]);
  },
);
