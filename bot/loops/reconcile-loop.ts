import { HardenError } from "../../src/core/base/errors.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { ReasonCode } from "../../src/core/base/reasons.ts";
import { makeVisible } from "../../src/core/base/text.ts";
import { remindApprovers } from "../../src/core/rollout/ledger/commands.ts";
import { reconcile, type RolloutStep } from "../../src/core/rollout/controller/reconcile.ts";
import { reconcileRehearsals } from "../../src/core/rollout/controller/rehearse.ts";
import { listConfirmed } from "../../src/core/rollout/controller/by-hand.ts";
import { recordVerify } from "../../src/core/rollout/controller/record-verify.ts";
import type { Controller } from "../controller/controller.ts";
import { type Log, describe } from "../runtime/log.ts";
import type { Metrics } from "../runtime/metrics-server.ts";

export interface RoundTools {
  readonly controller: Controller;
  readonly log: Log;
  readonly metrics: Metrics;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Seconds between two rounds while something changes. */
  readonly pollSeconds: number;
  /** Seconds after which approvers are reminded. */
  readonly remindSeconds: number;
  /** Called for each step that this controller made. */
  readonly onMoved: (step: Extract<RolloutStep, { readonly kind: "moved" }>) => Promise<void>;
  readonly onRemind: (rollout: string) => Promise<void>;
  /** Looks for drift in the newest recorded run of verify, and announces it. */
  readonly watchDrift: () => Promise<void>;
  /** Called for each step that this controller made in a rehearsal. */
  readonly onRehearsed: (rollout: string) => Promise<void>;
}

export interface Rounds {
  /** Reconciles all rollouts once; returns the pause until the next round (ms). Never throws. */
  readonly turn: () => Promise<number>;
  /** Why a rollout could not continue in the last round. */
  readonly hindranceOf: (rollout: string) => ReasonCode | null;
  /** Why the last round failed; undefined if it succeeded. */
  readonly trouble: () => string | undefined;
  /** The waves that GitHub refused to start, and why; undefined if there are none. */
  readonly refused: () => string | undefined;
}

/** Maximum slowdown of idle rounds. Reading an unchanged ledger does not count against GitHub's limits. */
const slowest = 12;

/** Reasons that the state of the rollout already shows. */
const plainReasons: readonly ReasonCode[] = [
  "awaits-approval",
  "aborted",
  "wave-at-work",
  "run-may-exist",
  "not-dispatched",
];

export function createRounds(tools: RoundTools): Rounds {
  const { log, metrics, random } = tools;
  const minPauseMs = tools.pollSeconds * 1000;
  const maxPauseMs = minPauseMs * slowest;
  let hindrances: ReadonlyMap<string, ReasonCode> = new Map();
  let trouble: string | undefined = "GitHub has not been contacted yet";
  let refused: string | undefined;
  const note = (ledger: Ledger): void => void (refused = describeRefused(ledger));
  let pauseMs = minPauseMs;
  return {
    turn: async () => {
      try {
        const steps = await goThrough(tools, note);
        const rehearsed = await rehearse(tools);
        hindrances = listHindrances(steps);
        trouble = undefined;
        const hasMoved = [...steps, ...rehearsed].some(({ kind }) => kind === "moved");
        pauseMs = hasMoved ? minPauseMs : Math.min(maxPauseMs, pauseMs * 2);
        metrics.round.setToCurrentTime();
      } catch (error) {
        // Continues after any error: the rollouts must be checked again.
        trouble = error instanceof HardenError ? makeVisible(error.message) : "an unexpected error";
        log.error(describe(error), "a round failed");
        pauseMs = Math.min(maxPauseMs, pauseMs * 2);
      }
      // Keeps several controllers from running in step.
      return pauseMs * (0.75 + random() / 4);
    },
    hindranceOf: (rollout) => hindrances.get(rollout) ?? null,
    trouble: () => trouble,
    refused: () => refused,
  };
}

async function goThrough(
  tools: RoundTools,
  note: (ledger: Ledger) => void,
): Promise<readonly RolloutStep[]> {
  const { controller, log, metrics, onMoved } = tools;
  const steps = await reconcile(controller);
  for (const step of steps) {
    metrics.steps.inc({ kind: step.kind });
    if (step.kind === "moved") {
      const { rollout, event, refused } = step;
      if (refused === undefined) log.info({ rollout, event }, "moved");
      else log.error({ rollout, event, reason: refused }, "GitHub refused to start a wave");
      // An unresponsive chat does not delay a wave.
      onMoved(step).catch((error: unknown) =>
        log.error(describe(error), "a step could not be reported in Slack"),
      );
    } else if (step.kind === "failed") {
      log.error({ rollout: step.rollout, ...describe(step.error) }, "a rollout cannot continue");
    }
  }
  // A failure here must not stop rollouts or reminders.
  await tryOn(log, "a verify run could not be recorded", async () => {
    const recorded = await recordVerify(controller);
    if (recorded?.kind !== "written") return;
    log.info({ commit: recorded.commit }, "verify run recorded");
    for (const { id } of listConfirmed(recorded.ledger)) {
      log.info({ rollout: id }, "hosts were verified by hand");
      await onMoved({ kind: "moved", rollout: id, event: "by-hand" });
    }
  });
  await tryOn(log, "drift could not be checked", tools.watchDrift);
  await tryOn(log, "approvers could not be reminded", async () => {
    const { ledger } = await controller.writer.read();
    note(ledger);
    await remindOverdue(ledger, tools);
  });
  return steps;
}

/** Errors here never block a rollout: it does not wait for these answers. */
async function rehearse(tools: RoundTools): Promise<readonly RolloutStep[]> {
  const { controller, log, onRehearsed } = tools;
  const steps: RolloutStep[] = [];
  await tryOn(log, "plans could not be rehearsed", async () => {
    steps.push(...(await reconcileRehearsals(controller)));
  });
  for (const step of steps) {
    const { rollout } = step;
    if (step.kind === "failed") {
      log.error({ rollout, ...describe(step.error) }, "a rehearsal cannot continue");
    }
    if (step.kind !== "moved") continue;
    const { event, refused } = step;
    if (refused === undefined) log.info({ rollout, event }, "rehearsal moved");
    else log.error({ rollout, event, reason: refused }, "GitHub refused to start a rehearsal");
    onRehearsed(rollout).catch((error: unknown) =>
      log.error(describe(error), "a rehearsal could not be reported in Slack"),
    );
  }
  return steps;
}

async function tryOn(log: Log, failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(describe(error), failure);
  }
}

/** Recorded in the ledger first, so that no one is reminded twice. */
async function remindOverdue(
  ledger: Ledger,
  { controller, remindSeconds, onRemind }: RoundTools,
): Promise<void> {
  const { writer, nowSeconds } = controller;
  for (const { id, state } of ledger.rollouts.values()) {
    const trace = ledger.traces.get(id);
    if (state.kind !== "requested" || trace === undefined || trace.isReminded) continue;
    if (nowSeconds() < trace.requestedAt + remindSeconds) continue;
    const written = await writer.write(remindApprovers(id));
    if (written.kind === "written") await onRemind(id);
  }
}

function describeRefused({ rollouts, traces }: Ledger): string | undefined {
  const told = [...rollouts.values()].flatMap(({ id, state }) => {
    const refused = traces.get(id)?.refused ?? null;
    if (refused === null || state.kind !== "paused") return [];
    return [
      `wave ${state.judged + 1} of rollout ${id} did not start: ${makeVisible(refused.detail)}`,
    ];
  });
  return told.length === 0 ? undefined : told.join("\n");
}

function listHindrances(steps: readonly RolloutStep[]): ReadonlyMap<string, ReasonCode> {
  const found = new Map<string, ReasonCode>();
  for (const step of steps) {
    if (step.kind === "waits" && !plainReasons.includes(step.reason)) {
      found.set(step.rollout, step.reason);
    }
  }
  return found;
}
