import type { ReasonCode } from "../../base/reasons.ts";
import { isFrozen, type EnvironmentRecord } from "./records.ts";
import { isOver, isUnsent, type Rollout } from "./rollout.ts";

/** unknown: the host gave no answer that counts; it is never taken for ready. */
export const rehearsalAnswers = ["ready", "not-ready", "unknown"] as const;

/** What a host said when it was asked whether it could take the planned change now. */
export type RehearsedHost = {
  readonly host: string;
  readonly answer: (typeof rehearsalAnswers)[number];
  /** By the host's clock, in seconds since 1970; null where it left no report that counts. */
  readonly at: number | null;
  /** What is wrong or worth a warning, the most severe first; empty if nothing is. */
  readonly findings: readonly RehearsalNote[];
};

/** Bounded, since an entry of the ledger has one for each host of a wave. */
export type RehearsalNote = { readonly code: string; readonly message: string };
export const mostNotes = 4;
export const longestNote = 200;

/** One run for each wave of the plan, one after the other. */
export type RehearsalEvent =
  /** Recorded before the run is started, so that of several controllers one starts it. */
  | { readonly kind: "dispatch"; readonly wave: number }
  /** GitHub named the run, or it was found by its name. */
  | { readonly kind: "accept"; readonly wave: number; readonly run: number }
  | {
      readonly kind: "refuse";
      readonly wave: number;
      /** The workflow has no input `mode`, so it is older than rehearsals. */
      readonly isOldWorkflow: boolean;
      /** What GitHub says, and what to do. */
      readonly detail: string;
    }
  /** GitHub's answer to the dispatch was lost. */
  | { readonly kind: "lose"; readonly wave: number }
  | {
      readonly kind: "results";
      readonly wave: number;
      /** Null where no run was found; every host is unknown then. */
      readonly run: number | null;
      readonly results: readonly RehearsedHost[];
    };

export type RehearsalState =
  | { readonly kind: "dispatching" | "lost"; readonly wave: number }
  | { readonly kind: "running"; readonly wave: number; readonly run: number }
  /** The wave has its results, and another one follows. */
  | { readonly kind: "between"; readonly wave: number }
  | {
      readonly kind: "refused";
      readonly wave: number;
      readonly isOldWorkflow: boolean;
      readonly detail: string;
    }
  | { readonly kind: "done" };

/** The newest rehearsal of an environment. It locks nothing, and moves no rollout. */
export interface Rehearsal {
  readonly rollout: string;
  /** Digest of the plan. */
  readonly plan: string;
  /** When its first wave was sent, in seconds since 1970, by GitHub's clock. */
  readonly startedAt: number;
  /** The newest dispatch: what its ticket says, and its run is named by. */
  readonly sent: RehearsalDispatch;
  readonly state: RehearsalState;
  /** By host. */
  readonly results: ReadonlyMap<string, RehearsedHost>;
}

export interface RehearsalDispatch {
  readonly wave: number;
  /** Number and SHA-256 of the entry that recorded it, and when that was. */
  readonly sequence: number;
  readonly digest: string;
  readonly at: number;
}

/** Seconds between two rehearsals of one plan. */
const pauseSeconds = 3600;
/** Seconds after which a required rehearsal is too old to send a wave. */
const maxAgeSeconds = 86_400;
/** Seconds by which the clocks of GitHub, of a host and of a controller may differ. */
export const clockDifferenceSeconds = 300;

export interface RehearsalContext {
  readonly rollout: Rollout;
  readonly environment: EnvironmentRecord;
  /** The newest rehearsal of the environment; undefined where there was none. */
  readonly before: Rehearsal | undefined;
  /** The entry that records the event. */
  readonly entry: Omit<RehearsalDispatch, "wave">;
}

/** The rehearsal after the event, or why it may not be. */
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

/** A run of it was sent, and its results are not recorded yet. */
export function isAtWork({ state: { kind } }: Rehearsal): boolean {
  return kind === "dispatching" || kind === "lost" || kind === "running";
}

/**
 * A plan is rehearsed while it waits for approval; where a rehearsal is required also after that,
 * since the one that was approved may be too old once a freeze is over.
 */
export function isRehearsable({ state, terms, waves }: Rollout): boolean {
  // Nothing runs on hosts that people change.
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
  // What GitHub refused to start was none.
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
  // An answer of an earlier rehearsal says nothing about now.
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

/** Why a rollout that has to be rehearsed may not be approved or sent; undefined where it may. */
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
