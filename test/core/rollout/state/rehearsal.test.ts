import { describe, expect, test } from "vitest";
import {
  advanceRehearsal,
  refuseUnrehearsed,
  type Rehearsal,
  type RehearsalEvent,
  type RehearsedHost,
} from "../../../../src/core/rollout/state/rehearsal.ts";
import { newEnvironment } from "../../../../src/core/rollout/state/records.ts";
import type { Rollout } from "../../../../src/core/rollout/state/rollout.ts";
import {
  events,
  expiresAt,
  makeRollout,
  planDigest,
  states,
  testGuards,
  type GuardRow,
} from "../../../support/builders/rollout-states.ts";

const waiting = makeRollout({ state: states.requested, approvals: [] });
const terms = { ...waiting.terms, rehearsal: "required" } as const;
const saying = (host: string, change: Partial<RehearsedHost> = {}): RehearsedHost => ({
  host,
  answer: "ready",
  at: 900,
  findings: [],
  ...change,
});
const rehearsed = (change: Partial<Rehearsal> = {}): Rehearsal => ({
  rollout: waiting.id,
  plan: planDigest,
  startedAt: 900,
  sent: { wave: 3, sequence: 9, digest: "a".repeat(64), at: 900 },
  state: { kind: "done" },
  results: new Map(["a", "b", "c", "s"].map((host) => [host, saying(host)])),
  ...change,
});
const first = rehearsed({
  sent: { wave: 1, sequence: 9, digest: "a".repeat(64), at: 900 },
  state: { kind: "running", wave: 1, run: 7 },
  results: new Map(),
});

interface Row {
  readonly name: string;
  readonly rollout?: Partial<Rollout>;
  readonly before?: Rehearsal;
  readonly frozen?: boolean;
  readonly at?: number;
  readonly event?: RehearsalEvent;
  readonly becomes: string;
}

/** A reason, or the state of the rehearsal. */
const become = ({ rollout = {}, before, frozen = false, at = 1000, event }: Row): string => {
  const none = newEnvironment("production");
  const environment = frozen
    ? { ...none, frozen: { by: "ben", reason: "audit", until: null } }
    : none;
  const entry = { sequence: 10, digest: "b".repeat(64), at };
  const result = advanceRehearsal(event ?? { kind: "dispatch", wave: 1 }, {
    rollout: { ...waiting, ...rollout },
    environment,
    before,
    entry,
  });
  return typeof result === "string" ? result : result.state.kind;
};

const approved = { state: states.approved };
const between = rehearsed({ state: { kind: "between", wave: 1 } });
const refusedAt = (wave: number): Rehearsal =>
  rehearsed({
    sent: { ...first.sent, wave },
    state: { kind: "refused", wave, isOldWorkflow: true, detail: "422" },
  });
const other = { rollout: "2026-11-0", plan: "e".repeat(64) };

test.each<Row>([
  { name: "the first one", becomes: "dispatching" },
  { name: "an approved rollout", rollout: approved, becomes: "not-rehearsable" },
  { name: "a running wave", rollout: { state: states.running }, becomes: "not-rehearsable" },
  { name: "a finished rollout", rollout: { state: states.denied }, becomes: "over" },
  { name: "too late", at: expiresAt, becomes: "expired" },
  { name: "only hosts by hand", rollout: { waves: [] }, becomes: "not-rehearsable" },
  { name: "frozen", frozen: true, becomes: "frozen" },
  { name: "while another one is running", before: first, becomes: "rehearsal-at-work" },
  {
    name: "while one of another rollout is running",
    before: { ...first, ...other },
    becomes: "rehearsal-at-work",
  },
  {
    name: "within the hour",
    before: rehearsed(),
    at: 900 + 3599,
    becomes: "rehearsal-recent",
  },
  { name: "after the hour", before: rehearsed(), at: 900 + 3600, becomes: "dispatching" },
  { name: "of another plan within the hour", before: rehearsed(other), becomes: "dispatching" },
  { name: "after GitHub refused the first wave", before: refusedAt(1), becomes: "dispatching" },
  {
    name: "after GitHub refused the second wave",
    before: refusedAt(2),
    becomes: "rehearsal-recent",
  },
  {
    name: "an approved rollout that requires a rehearsal",
    rollout: { ...approved, terms },
    becomes: "dispatching",
  },
  {
    name: "a rollout that requires a rehearsal, after its first wave",
    rollout: { state: { kind: "paused", judged: 1, since: 0 }, terms },
    becomes: "not-rehearsable",
  },
  { name: "wave 2 first", event: { kind: "dispatch", wave: 2 }, becomes: "wrong-wave" },
  { name: "wave 0", event: { kind: "dispatch", wave: 0 }, becomes: "wrong-wave" },
  {
    name: "wave 2 next",
    before: between,
    event: { kind: "dispatch", wave: 2 },
    becomes: "dispatching",
  },
  {
    name: "wave 3 next",
    before: between,
    event: { kind: "dispatch", wave: 3 },
    becomes: "wrong-wave",
  },
  {
    name: "wave 2 after that of another rollout",
    before: { ...between, ...other },
    event: { kind: "dispatch", wave: 2 },
    becomes: "wrong-wave",
  },
  {
    name: "wave 4 of three",
    before: rehearsed({ state: { kind: "between", wave: 3 } }),
    event: { kind: "dispatch", wave: 4 },
    becomes: "wrong-wave",
  },
])("a dispatch, $name: $becomes", (row) => {
  expect(become(row)).toBe(row.becomes);
});

const dispatching = { ...first, state: { kind: "dispatching", wave: 1 } } as const;
const lost = { ...first, state: { kind: "lost", wave: 1 } } as const;
const refuse = { kind: "refuse", wave: 1, isOldWorkflow: false, detail: "404" } as const;
const results = (change: Partial<Extract<RehearsalEvent, { kind: "results" }>> = {}) =>
  ({ kind: "results", wave: 1, run: 7, results: [saying("a")], ...change }) as const;
const nothing = results({ run: null, results: [saying("a", { answer: "unknown", at: null })] });

test.each<Row>([
  { name: "no dispatch", event: results(), becomes: "rehearsal-missing" },
  {
    name: "of another rollout",
    before: { ...first, ...other },
    event: results(),
    becomes: "rehearsal-missing",
  },
  { name: "it is over", before: rehearsed(), event: results(), becomes: "wrong-wave" },
  { name: "taken", before: dispatching, event: { ...accept(1) }, becomes: "running" },
  { name: "found", before: lost, event: accept(1), becomes: "running" },
  { name: "taken twice", before: first, event: accept(1), becomes: "not-dispatched" },
  { name: "of another wave", before: lost, event: accept(2), becomes: "wrong-wave" },
  { name: "refused", before: dispatching, event: refuse, becomes: "refused" },
  { name: "refused afterwards", before: lost, event: refuse, becomes: "not-dispatched" },
  { name: "lost", before: dispatching, event: { kind: "lose", wave: 1 }, becomes: "lost" },
  {
    name: "lost while it runs",
    before: first,
    event: { kind: "lose", wave: 1 },
    becomes: "not-dispatched",
  },
  { name: "its results", before: first, event: results(), becomes: "between" },
  { name: "of another run", before: first, event: results({ run: 8 }), becomes: "wrong-wave" },
  { name: "never found", before: lost, event: nothing, becomes: "between" },
  { name: "not searched for yet", before: dispatching, event: nothing, becomes: "wrong-wave" },
  {
    name: "ready without a run",
    before: lost,
    event: results({ run: null }),
    becomes: "wrong-results",
  },
  {
    name: "a host missing",
    before: first,
    event: results({ results: [] }),
    becomes: "wrong-results",
  },
  {
    name: "another host",
    before: first,
    event: results({ results: [saying("b")] }),
    becomes: "wrong-results",
  },
  {
    name: "an answer of the previous rehearsal",
    before: first,
    event: results({ results: [saying("a", { at: 900 - 301 })] }),
    becomes: "wrong-results",
  },
  {
    name: "an answer from the future",
    before: first,
    event: results({ results: [saying("a", { at: 1000 + 301 })] }),
    becomes: "wrong-results",
  },
  {
    name: "ready without a time",
    before: first,
    event: results({ results: [saying("a", { at: null })] }),
    becomes: "wrong-results",
  },
])("the result of a dispatch, $name: $becomes", (row) => {
  expect(become(row)).toBe(row.becomes);
});

function accept(wave: number): RehearsalEvent {
  return { kind: "accept", wave, run: 7 };
}

test("collects the results of all waves, and ends with the last", () => {
  const entry = { sequence: 10, digest: "b".repeat(64), at: 1000 };
  const environment = newEnvironment("production");
  const before = rehearsed({ state: { kind: "running", wave: 3, run: 7 } });
  const event = results({ wave: 3, results: [saying("s", { answer: "not-ready" })] });
  const after = advanceRehearsal(event, { rollout: waiting, environment, before, entry });
  if (typeof after === "string") throw new Error(after);
  expect(after.state).toEqual({ kind: "done" });
  expect([...after.results.values()].map(({ answer }) => answer)).toEqual([
    "ready",
    "ready",
    "ready",
    "not-ready",
  ]);
});

const notReady = (answer: RehearsedHost["answer"]): Rehearsal =>
  rehearsed({ results: new Map([...rehearsed().results, ["s", saying("s", { answer })]]) });
const lacking = new Map([...rehearsed().results].filter(([host]) => host !== "c"));
const unready: readonly (readonly [string, Rehearsal | undefined, string])[] = [
  ["none", undefined, "rehearsal-missing"],
  ["one of another rollout", rehearsed(other), "rehearsal-missing"],
  ["one of another plan", rehearsed({ plan: "e".repeat(64) }), "rehearsal-missing"],
  ["a running one", first, "rehearsal-at-work"],
  ["one between two waves", between, "rehearsal-at-work"],
  ["one that an old workflow refused", refusedAt(1), "workflow-old"],
  [
    "one that GitHub refused",
    rehearsed({ state: { ...refuse, kind: "refused" } }),
    "rehearsal-refused",
  ],
  ["a host not ready", notReady("not-ready"), "rehearsal-not-ready"],
  ["a host unknown", notReady("unknown"), "rehearsal-not-ready"],
  ["a host missing", rehearsed({ results: lacking }), "rehearsal-not-ready"],
  ["a day old", rehearsed({ startedAt: 1000 - 86_400 }), "rehearsal-old"],
];

describe("if a rehearsal is required, nothing is approved or sent before it", () => {
  const row = (
    name: string,
    rehearsal: Rehearsal | undefined,
    becomes: GuardRow["becomes"],
    rollout: Partial<Rollout>,
  ): GuardRow => ({
    name: `${name}, ${rollout.state?.kind}`,
    rollout: { terms, ...rollout },
    event: rollout.state?.kind === "requested" ? events.approve : events.dispatch,
    situation: { rehearsal },
    becomes,
  });
  const asked: Partial<Rollout> = { state: states.requested, approvals: [] };
  const again: Partial<Rollout> = { state: states.paused };
  const fresh = rehearsed({ startedAt: 1000 - 86_399 });
  testGuards([
    ...[asked, approved, again].flatMap((rollout) =>
      unready.map(([name, rehearsal, becomes]) => row(name, rehearsal, becomes, rollout)),
    ),
    row("ready", fresh, { state: { kind: "approved" } }, asked),
    row("ready", fresh, { state: { kind: "dispatching", wave: 1 } }, approved),
    // Between two waves people check the hosts themselves; and a lost dispatch is only repeated.
    {
      name: "later waves",
      rollout: { terms, state: { kind: "paused", judged: 1, since: 0 }, recorded: ["backup"] },
      event: { kind: "dispatch", wave: 2 },
      becomes: { state: { kind: "dispatching", wave: 2 } },
    },
    {
      name: "the first wave again",
      rollout: { terms, state: states.unknown },
      event: events.dispatch,
      becomes: { state: { kind: "dispatching", wave: 1 } },
    },
  ]);
  test("a rollout with only hosts by hand needs no rehearsal", () => {
    const byHand = { ...waiting, waves: [], terms };
    expect(refuseUnrehearsed(byHand, undefined, 1000)).toBeUndefined();
  });

  test.each(unready)("%s blocks nothing if a rehearsal is optional", (_, rehearsal) => {
    expect(refuseUnrehearsed(waiting, rehearsal, 1000)).toBeUndefined();
  });
});
