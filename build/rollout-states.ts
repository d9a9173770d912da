import { newEnvironment } from "../src/core/rollout/state/records.ts";
import {
  type EventKind,
  hostsOfWave,
  isOver,
  outcomes,
  type Rollout,
  type RolloutEvent,
  type RolloutState,
  type StateKind,
} from "../src/core/rollout/state/rollout.ts";
import type { TransitionContext } from "../src/core/rollout/state/transition-context.ts";
import { advance } from "../src/core/rollout/state/transition-table.ts";

export interface StateChange {
  readonly from: StateKind;
  readonly event: EventKind;
  readonly to: StateKind;
}

const stateMeanings: Readonly<Record<StateKind, string>> = {
  requested: "Someone requested it; it waits for approvals.",
  approved: "It has enough approvals; no wave was sent yet.",
  dispatching: "The dispatch of a wave is in the ledger; GitHub has not answered yet.",
  unknown: "GitHub's answer was lost; the controller looks for the run by its name.",
  running: "A workflow run is applying a wave.",
  aborting: "Someone aborted it while a wave was running; the controller waits for the run to end.",
  paused: "Between two waves, or before a wave that GitHub refused to start.",
  aborted: "Someone aborted it and no run is active; a second person can resume it.",
  succeeded:
    "Every wave finished within the allowed failures. A rollout with only hosts by hand has no wave and succeeds once it is approved; its hosts are verified afterwards. An abort stops hosts by hand that no one has changed yet.",
  failed: "A wave had more failures than allowed; the environment is locked.",
  denied: "Someone denied it before it was approved.",
  withdrawn: "Its requester withdrew it before the first wave.",
  expired: "It did not finish in time; if a run was never found, the environment is locked.",
  superseded: "A newer request replaced it.",
  revoked: "An approver revoked the approval, or someone aborted it before the first wave.",
};

const eventMeanings: Readonly<Record<EventKind, string>> = {
  approve: "A person approves the plan, by its digest.",
  deny: "A person denies the request.",
  withdraw: "The requester withdraws the rollout.",
  revoke: "An approver revokes the approval.",
  supersede: "A new request for the environment replaces it.",
  expire: "The controller finds that the rollout has expired.",
  dispatch: "The controller is about to send a wave.",
  accept: "GitHub started the run and returned its id.",
  refuse: "GitHub refused to start the run.",
  lose: "GitHub's answer to the dispatch was lost.",
  find: "The controller found the run by its name.",
  judge: "The run has ended; the controller counts the results of its hosts.",
  record: "A person records that a backup, restore, migration or abort worked.",
  abort: "A person aborts the rollout.",
  resume: "Another person lets an aborted rollout continue.",
};

const stateKinds = Object.keys(stateMeanings) as readonly StateKind[];
const eventKinds = Object.keys(eventMeanings) as readonly EventKind[];
const waves = [["a"], ["b"]];
const expiresAt = 1000;
const plan = "0".repeat(64);

/** Rollouts of two waves in every state: in each wave, with and without a known run. */
function sampleStates(kind: StateKind): readonly RolloutState[] {
  switch (kind) {
    case "dispatching":
    case "unknown":
      return [1, 2].map((wave) => ({ kind, wave }));
    case "running":
      return [1, 2].map((wave) => ({ kind, wave, run: 7 }));
    case "aborting":
      return [1, 2].flatMap((wave) => [null, 7].map((run) => ({ kind, wave, run, by: "ben" })));
    case "paused":
      return [0, 1].map((judged) => ({ kind, judged, since: 0 }));
    case "aborted":
      return [0, 1].map((judged) => ({ kind, judged, by: "ben" }));
    case "failed":
      return [{ kind, reason: "wave 1: a bad" }];
    case "expired":
      return [true, false].map((isLost) => ({ kind, isLost }));
    default:
      return [{ kind }];
  }
}

/** Each event for each wave, and with each result that a host can have. */
function sampleEvents(kind: EventKind, rollout: Rollout): readonly RolloutEvent[] {
  const by = "carl";
  switch (kind) {
    case "approve":
      return [{ kind, by, plan }];
    case "withdraw":
      return [{ kind, by: "anna", reason: "" }];
    case "deny":
    case "abort":
      return [{ kind, by, reason: "" }];
    case "revoke":
      return [{ kind, by: "ben" }];
    case "supersede":
      return [{ kind, rollout: "2" }];
    case "expire":
      return [{ kind }];
    case "record":
      return [{ kind, by, what: "backup" }];
    case "resume":
      return [{ kind, by }];
    case "refuse":
      return [1, 2].map((wave) => ({ kind, wave, detail: "" }));
    case "accept":
    case "find":
      return [1, 2].map((wave) => ({ kind, wave, run: 7 }));
    case "judge":
      return [1, 2].flatMap((wave) =>
        outcomes.map((outcome) => {
          const results = hostsOfWave(rollout, wave).map((host) => ({ host, outcome, reason: "" }));
          return { kind, wave, run: 7, results };
        }),
      );
    default:
      return [1, 2].map((wave) => ({ kind, wave }));
  }
}

/** Nothing blocks the rollout, before and after it expired. */
const contexts: readonly TransitionContext[] = [500, expiresAt].map((at) => ({
  at,
  standingOf: () => ({ isKnown: true, group: "member", own: "no" }),
  target: "same",
  environment: newEnvironment("production"),
  rehearsal: undefined,
  window: "none",
  closing: "ready",
  predecessor: "ready",
  search: "nothing-found",
}));

function sampleRollouts(kind: StateKind): readonly Rollout[] {
  const without = kind === "requested" ? [[]] : [];
  const shapes = [waves, ...without].flatMap((shape) =>
    [1, 2].map((count) => [shape, count] as const),
  );
  return sampleStates(kind).flatMap((state) =>
    shapes.map(([shape, approvals]) => ({
      id: "1",
      environment: "production",
      phase: "open",
      plan,
      waves: shape,
      requester: "anna",
      purpose: "",
      approvals: kind === "requested" ? [] : ["ben", "dora"],
      expiresAt,
      terms: { approvals, soak: 0, record: ["backup"], maxFailures: 0 },
      recorded: ["backup"],
      done: [],
      byHand: [{ host: "c", file: null, recordedBy: [], recordedAt: null, verified: null }],
      state,
    })),
  );
}

/** Tries every event in every state and lists the changes that the transition table allows. */
export function listStateChanges(): readonly StateChange[] {
  return stateKinds.flatMap((from) =>
    eventKinds.flatMap((event) => {
      const reached = new Set<StateKind>();
      for (const rollout of sampleRollouts(from)) {
        for (const happened of sampleEvents(event, rollout)) {
          for (const context of contexts) {
            const result = advance(rollout, happened, context);
            if (result.kind === "moved") reached.add(result.rollout.state.kind);
          }
        }
      }
      return stateKinds.filter((to) => reached.has(to)).map((to) => ({ from, event, to }));
    }),
  );
}

const ends = stateKinds.filter((kind) => sampleStates(kind).every(isOver));

/** docs/rollout-states.md: the state machine of rollouts, as a diagram and as tables. */
export function renderRolloutStates(): string {
  const changes = listStateChanges();
  const arrows = Map.groupBy(
    changes.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from} --> ${to}`,
  );
  return `# States of a rollout

\`npm run docs\` writes this page from the [transition table](../src/core/rollout/state/transition-table.ts): it tries every event in every state. What a transition requires in addition (approvals, freeze, time windows, the state of the branch) is in [transitions.ts](../src/core/rollout/state/transitions.ts). [rollouts.md](rollouts.md) says what a rollout does.

\`\`\`mermaid
stateDiagram-v2
    [*] --> requested
${[...arrows].map(([arrow, found]) => `    ${arrow}: ${list(found.map(({ event }) => event))}\n`).join("")}${ends.map((kind) => `    ${kind} --> [*]\n`).join("")}\`\`\`

| state | meaning |
| --- | --- |
${stateKinds.map((kind) => `| \`${kind}\` | ${stateMeanings[kind]} |\n`).join("")}
| event | meaning | accepted in |
| --- | --- | --- |
${eventKinds
  .map((kind) => {
    const states = changes.filter(({ event }) => event === kind).map(({ from }) => from);
    return `| \`${kind}\` | ${eventMeanings[kind]} | ${list(states)} |\n`;
  })
  .join("")}
The diagram leaves out events that are accepted and do not change the state: \`record\`, an \`approve\` when more approvals are needed, and GitHub's answers while a wave is aborted. Every event that is not in the table is refused with a reason, and the rollout stays as it is.
`;
}

function list(words: readonly string[]): string {
  return [...new Set(words)].join(", ");
}
