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
  /** Seconds between two rounds while something moves. */
  readonly pollSeconds: number;
  /** Seconds after which approvers are called a second time. */
  readonly remindSeconds: number;
  /** Told of what this controller itself moved on. */
  readonly onMoved: (step: Extract<RolloutStep, { readonly kind: "moved" }>) => Promise<void>;
  readonly onRemind: (rollout: string) => Promise<void>;
  /** Looks for drift in the newest recorded run of verify, and announces it. */
  readonly watchDrift: () => Promise<void>;
  /** Told of what this controller itself moved on in the rehearsal of a rollout. */
  readonly onRehearsed: (rollout: string) => Promise<void>;
}

export interface Rounds {
  /** Goes through all rollouts once; gives the milliseconds until the next time. Never throws. */
  readonly turn: () => Promise<number>;
  /** Why a rollout does not go on just now, as the last round saw it. */
  readonly hindranceOf: (rollout: string) => ReasonCode | null;
  /** Why GitHub is of no use just now; undefined where it is. */
  readonly trouble: () => string | undefined;
  /** The waves that GitHub refused to start, and why; undefined where there are none. */
  readonly refused: () => string | undefined;
}

/** Looking at a ledger and at runs that did not change costs GitHub's limits nothing. */
const slowest = 12;

/** Reasons that say nothing that the state of the rollout does not. */
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
  let trouble: string | undefined = "GitHub was not asked yet";
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
        // Whatever it is, the rollouts have to be looked at again.
        trouble = error instanceof HardenError ? error.message : "an error that nobody foresaw";
        log.error(describe(error), "a round was not gone through");
        pauseMs = Math.min(maxPauseMs, pauseMs * 2);
      }
      // Several controllers shall not ask in step with each other.
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
      // A chat that does not answer holds no wave up.
      onMoved(step).catch((error: unknown) => log.error(describe(error), "a move was not told"));
    } else if (step.kind === "failed") {
      log.error({ rollout: step.rollout, ...describe(step.error) }, "a rollout cannot go on");
    }
  }
  // Neither keeps a rollout from going on, or an approver waiting.
  await tryOn(log, "a verify run could not be recorded", async () => {
    const recorded = await recordVerify(controller);
    if (recorded?.kind !== "written") return;
    log.info({ commit: recorded.commit }, "verify run recorded");
    for (const { id } of listConfirmed(recorded.ledger)) {
      log.info({ rollout: id }, "hosts were verified by hand");
      await onMoved({ kind: "moved", rollout: id, event: "by-hand" });
    }
  });
  await tryOn(log, "drift could not be looked for", tools.watchDrift);
  await tryOn(log, "approvers could not be called again", async () => {
    const { ledger } = await controller.writer.read();
    note(ledger);
    await remindOverdue(ledger, tools);
  });
  return steps;
}

/** None of them keeps a rollout from going on: what it meets is not what its rollout waits for. */
async function rehearse(tools: RoundTools): Promise<readonly RolloutStep[]> {
  const { controller, log, onRehearsed } = tools;
  const steps: RolloutStep[] = [];
  await tryOn(log, "plans could not be rehearsed", async () => {
    steps.push(...(await reconcileRehearsals(controller)));
  });
  for (const step of steps) {
    const { rollout } = step;
    if (step.kind === "failed") {
      log.error({ rollout, ...describe(step.error) }, "a rehearsal cannot go on");
    }
    if (step.kind !== "moved") continue;
    const { event, refused } = step;
    if (refused === undefined) log.info({ rollout, event }, "rehearsal moved");
    else log.error({ rollout, event, reason: refused }, "GitHub refused to start a rehearsal");
    onRehearsed(rollout).catch((error: unknown) =>
      log.error(describe(error), "a rehearsal was not told"),
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

/** The ledger says so before anybody is called, so that nobody is called twice. */
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
      `wave ${state.judged + 1} of the rollout ${id} was not started: ${makeVisible(refused.detail)}`,
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
