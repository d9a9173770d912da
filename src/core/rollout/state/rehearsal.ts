import type { ReasonCode } from "../../base/reasons.ts";
import { isFrozen, type EnvironmentRecord } from "./records.ts";
import { isOver, isUnsent, type Rollout } from "./rollout.ts";

/** unknown: the host gave no valid answer; it never counts as ready. */
export const rehearsalAnswers = ["ready", "not-ready", "unknown"] as const;

/** A host's answer to whether it could accept the planned change now. */
export type RehearsedHost = {
  readonly host: string;
  readonly answer: (typeof rehearsalAnswers)[number];
  /** By the host's clock, in seconds since 1970; null without a valid report. */
  readonly at: number | null;
  /** Problems and warnings, the most severe first. */
  readonly findings: readonly RehearsalNote[];
};

/** Limited because a ledger entry holds the findings of every host in a wave. */
export type RehearsalNote = { readonly code: string; readonly message: string };
export const mostNotes = 4;
export const longestNote = 200;

/** Events of a rehearsal. Its waves run one after the other. */
export type RehearsalEvent =
  /** Recorded before the run is started, so that only one of several controllers starts it. */
  | { readonly kind: "dispatch"; readonly wave: number }
  /** GitHub returned the id of the run, or the run was found by its name. */
  | { readonly kind: "accept"; readonly wave: number; readonly run: number }
  | {
      readonly kind: "refuse";
      readonly wave: number;
      /** The workflow has no input `mode`, so it predates rehearsals. */
      readonly isOldWorkflow: boolean;
      /** GitHub's message and the next step. */
      readonly detail: string;
    }
  /** GitHub's answer to the dispatch was lost. */
  | { readonly kind: "lose"; readonly wave: number }
  | {
      readonly kind: "results";
      readonly wave: number;
      /** Null if no run was found; then every host is unknown. */
      readonly run: number | null;
      readonly results: readonly RehearsedHost[];
    };

export type RehearsalState =
  | { readonly kind: "dispatching" | "lost"; readonly wave: number }
  | { readonly kind: "running"; readonly wave: number; readonly run: number }
  /** The wave has its results, and another wave follows. */
  | { readonly kind: "between"; readonly wave: number }
  | {
      readonly kind: "refused";
      readonly wave: number;
      readonly isOldWorkflow: boolean;
      readonly detail: string;
    }
  | { readonly kind: "done" };

/** The newest rehearsal of an environment. It sets no lock and changes no rollout state. */
export interface Rehearsal {
  readonly rollout: string;
  /** Digest of the plan. */
  readonly plan: string;
  /** When its first wave was sent, in seconds since 1970, by GitHub's clock. */
  readonly startedAt: number;
  /** The newest dispatch, which defines the ticket and the name of the run. */
  readonly sent: RehearsalDispatch;
  readonly state: RehearsalState;
  /** By host. */
  readonly results: ReadonlyMap<string, RehearsedHost>;
}

export interface RehearsalDispatch {
  readonly wave: number;
  /** Number, SHA-256 and time of the entry that recorded it. */
  readonly sequence: number;
  readonly digest: string;
  readonly at: number;
}

/** Minimum number of seconds between two rehearsals of the same plan. */
const pauseSeconds = 3600;
/** Maximum age of a required rehearsal, in seconds, when a wave is sent. */
const maxAgeSeconds = 86_400;
/** Maximum difference between the clocks of GitHub, a host and a controller, in seconds. */
export const clockDifferenceSeconds = 300;

export interface RehearsalContext {
  readonly rollout: Rollout;
  readonly environment: EnvironmentRecord;
  /** The newest rehearsal of the environment; undefined if there was none. */
  readonly before: Rehearsal | undefined;
  /** The entry that records the event. */
  readonly entry: Omit<RehearsalDispatch, "wave">;
}

/** Applies an event; returns the new rehearsal, or why it is refused. */
export function advanceRehearsal(
  event: RehearsalEvent,
  context: RehearsalContext,
): Rehearsal | ReasonCode {
  const { rollout, before } = context;
  if (event.kind === "dispatch") return dispatch(event.wave, context);
  if (before === undefined || before.rollout !== rollout.id) return "rehearsal-missing";
  const { state } = before;
  if (!isAtWork(before) || !("wave" in state) || event.wave !== state.wave) return "wrong-wave";
  const { wave } = event;
  switch (event.kind) {
    case "accept":
      if (state.kind === "running") return "not-dispatched";
      return { ...before, state: { kind: "running", wave, run: event.run } };
    case "refuse": {
      if (state.kind !== "dispatching") return "not-dispatched";
      const { isOldWorkflow, detail } = event;
      return { ...before, state: { kind: "refused", wave, isOldWorkflow, detail } };
    }
    case "lose":
      if (state.kind !== "dispatching") return "not-dispatched";
      return { ...before, state: { kind: "lost", wave } };
    case "results":
      return takeResults(event, before, context);
  }
}

/** A run was dispatched, and its results are not recorded yet. */
export function isAtWork({ state: { kind } }: Rehearsal): boolean {
  return kind === "dispatching" || kind === "lost" || kind === "running";
}

/**
 * A plan is rehearsed while it waits for approval. If a rehearsal is required, it is repeated after
 * the approval, because the old one may be too old when a freeze ends.
 */
export function isRehearsable({ state, terms, waves }: Rollout): boolean {
  // Hosts that people change run nothing.
  if (waves.length === 0) return false;
  return state.kind === "requested" || (terms.rehearsal === "required" && isUnsent(state));
}

function dispatch(
  wave: number,
  { rollout, environment, before, entry }: RehearsalContext,
): Rehearsal | ReasonCode {
  const { id, plan, state, expiresAt, waves } = rollout;
  const { at } = entry;
  if (isOver(state)) return "over";
  if (at >= expiresAt) return "expired";
  if (!isRehearsable(rollout)) return "not-rehearsable";
  if (isFrozen(environment, at)) return "frozen";
  if (before !== undefined && isAtWork(before)) return "rehearsal-at-work";
  const sent = { ...entry, wave };
  const dispatching = { kind: "dispatching", wave } as const;
  if (wave > 1) {
    const isNext = before?.state.kind === "between" && before.state.wave + 1 === wave;
    if (!isNext || before.rollout !== id || wave > waves.length) return "wrong-wave";
    return { ...before, sent, state: dispatching };
  }
  if (wave !== 1) return "wrong-wave";
  // A rehearsal that GitHub refused to start does not count towards the pause.
  const hasRun = before !== undefined && (before.state.kind !== "refused" || before.sent.wave > 1);
  if (hasRun && before.plan === plan && at < before.startedAt + pauseSeconds)
    return "rehearsal-recent";
  return { rollout: id, plan, startedAt: at, sent, state: dispatching, results: new Map() };
}

function takeResults(
  { wave, run, results }: Extract<RehearsalEvent, { readonly kind: "results" }>,
  before: Rehearsal,
  { rollout, entry }: RehearsalContext,
): Rehearsal | ReasonCode {
  const { state, sent } = before;
  const known = state.kind === "running" ? state.run : null;
  if (state.kind === "dispatching" || run !== known) return "wrong-wave";
  const hosts = rollout.waves[wave - 1] ?? [];
  const isOfWave =
    results.length === hosts.length && results.every(({ host }, index) => host === hosts[index]);
  // Answers of an earlier rehearsal do not show the current state.
  const isTimely = ({ at }: RehearsedHost): boolean =>
    at !== null &&
    at >= sent.at - clockDifferenceSeconds &&
    at <= entry.at + clockDifferenceSeconds;
  const isSure = results.every(
    (one) => one.answer === "unknown" || (run !== null && isTimely(one)),
  );
  if (!isOfWave || !isSure) return "wrong-results";
  const all = new Map([...before.results, ...results.map((one) => [one.host, one] as const)]);
  const isLast = wave === rollout.waves.length;
  return { ...before, state: isLast ? { kind: "done" } : { kind: "between", wave }, results: all };
}

/** Why a rollout that requires a rehearsal cannot be approved or sent; undefined if it can. */
export function refuseUnrehearsed(
  { id, plan, terms, waves }: Rollout,
  rehearsal: Rehearsal | undefined,
  at: number,
): ReasonCode | undefined {
  if (terms.rehearsal !== "required" || waves.length === 0) return undefined;
  if (rehearsal === undefined || rehearsal.rollout !== id || rehearsal.plan !== plan) {
    return "rehearsal-missing";
  }
  const { state, results, startedAt } = rehearsal;
  if (state.kind === "refused") return state.isOldWorkflow ? "workflow-old" : "rehearsal-refused";
  if (state.kind !== "done") return "rehearsal-at-work";
  const isReady = waves.flat().every((host) => results.get(host)?.answer === "ready");
  if (!isReady) return "rehearsal-not-ready";
  return at < startedAt + maxAgeSeconds ? undefined : "rehearsal-old";
}
