import { HardenError } from "../../src/core/base/errors.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import type { ReasonCode } from "../../src/core/base/reasons.ts";
import {
  isFrozen,
  newEnvironment,
  type EnvironmentRecord,
} from "../../src/core/rollout/state/records.ts";
import { refuseUnrehearsed } from "../../src/core/rollout/state/rehearsal.ts";
import { isOver, type Rollout } from "../../src/core/rollout/state/rollout.ts";
import { bindCard } from "../../src/core/rollout/ledger/commands.ts";
import type { LedgerState } from "../../src/core/rollout/ledger/reader.ts";
import type { LedgerWriter } from "../../src/core/rollout/ledger/writer.ts";
import type { Chat, ChatPlace } from "../slack/chat-port.ts";
import { type Log, describe } from "../runtime/log.ts";
import { awaitsHands } from "../../src/core/rollout/state/by-hand.ts";
import type { ReadPlan } from "../controller/queries.ts";
import type { Block, Message } from "../views/blocks.ts";
import { context } from "../views/builders.ts";
import { renderConcerns } from "../views/plan.ts";
import type { CardFacts } from "../views/rollout-card.ts";
import { renderRolloutCard } from "../views/rollout-card.ts";
import { linkRun, type LinkTools } from "../controller/rollout-links.ts";
import type { CardTroubles } from "../views/card-trouble.ts";

export interface CardTools {
  readonly writer: LedgerWriter;
  readonly chat: Pick<Chat, "post" | "update" | "remove">;
  readonly channel: string;
  readonly nowSeconds: () => number;
  readonly log: Log;
  readonly settings: LinkTools["settings"];
  readonly readPlan: ReadPlan;
  /** Why the controller cannot continue a rollout now. */
  readonly hindranceOf: (rollout: string) => ReasonCode | null;
  /** Called after a card was posted, to mention the approvers. */
  readonly onPosted: (rollout: Rollout, place: ChatPlace) => Promise<void>;
}

export interface Cards {
  /**
   * Updates all cards from the current ledger. Returns the pause (ms) until a card needs another
   * update, undefined if none does. Throws HardenError as the writer does.
   */
  readonly keep: () => Promise<number | undefined>;
  /**
   * Makes the next `keep` post the card of this rollout first, instead of leaving it to other
   * controllers. Resolves after that attempt; with the reason if it failed.
   */
  readonly expect: (rollout: string) => Promise<string | undefined>;
  /** Why cards are missing or out of date, by rollout. */
  readonly troubles: () => CardTroubles;
}

const betweenEditsMs = 3000;
/** Seconds after which the card of a finished rollout is no longer updated. */
const settledSeconds = 86_400;
/** Seconds after which another controller posts a missing card. */
const ownerSeconds = 30;

/** What a card was drawn from; any change redraws it. */
type Shown = readonly unknown[];

interface Memory {
  readonly shown: Map<string, Shown>;
  /** Unix time (ms) before which a card is not updated, by rollout; see `everyCard`. */
  readonly notBeforeMs: Map<string, number>;
  readonly troubles: Map<string, string>;
  /** Called after the first attempt, by rollout. */
  readonly expected: Map<string, (trouble: string | undefined) => void>;
}

/** Slack's rate limit applies to all cards. */
const everyCard = "";

/** Keeps one card per rollout. Remembers what each shows; after a restart all are redrawn. */
export function createCards(tools: CardTools): Cards {
  const memory: Memory = {
    shown: new Map(),
    notBeforeMs: new Map(),
    troubles: new Map(),
    expected: new Map(),
  };
  const { troubles, expected } = memory;
  return {
    keep: async () => {
      const state = await readState(memory, tools);
      const live = listLive(state.ledger, tools.nowSeconds());
      const ids = new Set(live.map(({ id }) => id));
      for (const id of troubles.keys()) if (!ids.has(id)) troubles.delete(id);
      const pausesMs: number[] = [];
      for (const rollout of live.toSorted((one, other) => rank(one) - rank(other))) {
        const pauseMs = await keepSafely({ rollout, state }, memory, tools);
        if (pauseMs !== undefined) pausesMs.push(pauseMs);
      }
      return pausesMs.length === 0 ? undefined : Math.min(...pausesMs);
    },
    expect: async (rollout) => new Promise((resolve) => expected.set(rollout, resolve)),
    troubles: () => troubles,
  };
  function rank({ id }: Rollout): number {
    return expected.has(id) ? 0 : 1;
  }
}

async function readState({ expected }: Memory, { writer }: CardTools): Promise<LedgerState> {
  try {
    return await writer.read();
  } catch (error) {
    for (const tell of expected.values()) tell("ledger");
    expected.clear();
    throw error;
  }
}

/** A card that fails does not delay the others. */
async function keepSafely(
  keeping: Keeping,
  memory: Memory,
  tools: CardTools,
): Promise<number | undefined> {
  const { id } = keeping.rollout;
  try {
    const pauseMs = await keepCard(keeping, memory, tools);
    settle(id, memory);
    return pauseMs;
  } catch (error) {
    tools.log.error({ rollout: id, ...describe(error) }, "a card could not be updated");
    note(keeping, error instanceof HardenError ? "ledger" : "unforeseen", memory);
    settle(id, memory);
    return ownerSeconds * 1000;
  }
}

function settle(id: string, { expected, troubles }: Memory): void {
  expected.get(id)?.(troubles.get(id));
  expected.delete(id);
}

/** A finished rollout waits for nothing, so problems of its card are not reported. */
function note({ rollout: { id, state } }: Keeping, reason: string, { troubles }: Memory): void {
  if (!isOver(state)) troubles.set(id, reason);
}

function listLive({ rollouts, traces }: Ledger, nowSeconds: number): readonly Rollout[] {
  return [...rollouts.values()].filter(({ id, state, byHand, expiresAt }) => {
    const movedAt = traces.get(id)?.movedAt ?? 0;
    const lastAt = byHand === undefined ? movedAt : Math.max(movedAt, expiresAt);
    return !isOver(state) || nowSeconds - lastAt < settledSeconds;
  });
}

/** No more changes to expect, neither by a wave nor by hand. */
function isDone(rollout: Rollout, { nowSeconds }: CardTools): boolean {
  return isOver(rollout.state) && !awaitsHands(rollout, nowSeconds());
}

interface Keeping {
  readonly rollout: Rollout;
  readonly state: LedgerState;
}

async function keepCard(
  keeping: Keeping,
  memory: Memory,
  tools: CardTools,
): Promise<number | undefined> {
  const { rollout, state } = keeping;
  const card = state.ledger.cards.get(rollout.id);
  if (card === undefined) return postMissing(keeping, memory, tools);
  const { shown, notBeforeMs } = memory;
  const environment = environmentOf(rollout, state.ledger);
  const frozen = isFrozen(environment, tools.nowSeconds());
  const newest = state.ledger.rehearsals.get(rollout.environment);
  const rehearsal = newest?.rollout === rollout.id ? newest : undefined;
  const unrehearsed = refuseUnrehearsed(rollout, rehearsal, tools.nowSeconds());
  const hindrance = tools.hindranceOf(rollout.id);
  const waits = awaitsHands(rollout, tools.nowSeconds());
  const look = [
    rollout,
    environment,
    frozen,
    rehearsal,
    unrehearsed,
    hindrance,
    card.message,
    waits,
    waits ? state.ledger.wire : null,
  ];
  if (shown.get(rollout.id)?.every((part, at) => part === look[at])) return undefined;
  const marks = [notBeforeMs.get(rollout.id) ?? 0, notBeforeMs.get(everyCard) ?? 0];
  const earlyMs = Math.max(...marks) - tools.nowSeconds() * 1000;
  if (earlyMs > 0) return earlyMs;
  const drawn = await draw(keeping, tools);
  const answer = await tools.chat.update(card, drawn.message);
  const nowMs = tools.nowSeconds() * 1000;
  notBeforeMs.set(rollout.id, nowMs + betweenEditsMs);
  if (answer.kind === "later") {
    notBeforeMs.set(everyCard, nowMs + answer.pauseMs);
    return Math.max(answer.pauseMs, betweenEditsMs);
  }
  if (answer.kind === "gone" && !isDone(rollout, tools)) {
    return postCard({ ...keeping, replaces: card.message }, memory, tools);
  }
  if (answer.kind === "refused") {
    tools.log.error({ rollout: rollout.id, reason: answer.reason }, "Slack refused a card");
    note(keeping, answer.reason, memory);
    notBeforeMs.set(rollout.id, nowMs + ownerSeconds * 1000);
    if (!isOver(rollout.state)) return ownerSeconds * 1000;
  } else memory.troubles.delete(rollout.id);
  // Retries a plan that could not be read.
  if (!drawn.isWhole) return ownerSeconds * 1000;
  shown.set(rollout.id, look);
  return undefined;
}

async function postMissing(
  keeping: Keeping,
  memory: Memory,
  tools: CardTools,
): Promise<number | undefined> {
  const { rollout, state } = keeping;
  if (isDone(rollout, tools)) return undefined;
  const isOwn = memory.expected.has(rollout.id);
  const ageSeconds = tools.nowSeconds() - (state.ledger.traces.get(rollout.id)?.requestedAt ?? 0);
  if (!isOwn && ageSeconds < ownerSeconds) return (ownerSeconds - ageSeconds) * 1000;
  const earlyMs = (memory.notBeforeMs.get(rollout.id) ?? 0) - tools.nowSeconds() * 1000;
  return earlyMs > 0 ? earlyMs : postCard({ ...keeping, replaces: null }, memory, tools);
}

/**
 * Posts first, then binds: if several controllers post, one binds and the others delete theirs. A
 * card whose answer was lost is posted again, and the buttons of the orphan are refused.
 */
async function postCard(
  keeping: Keeping & { readonly replaces: string | null },
  memory: Memory,
  tools: CardTools,
): Promise<number | undefined> {
  const { rollout, replaces } = keeping;
  const { chat, channel, writer, log, onPosted } = tools;
  const answer = await chat.post(channel, (await draw(keeping, tools)).message);
  if (answer.kind !== "posted") {
    const reason = answer.kind === "refused" ? answer.reason : "no answer";
    log.error({ rollout: rollout.id, reason }, "the card of a rollout could not be posted");
    note(keeping, reason, memory);
    memory.notBeforeMs.set(rollout.id, (tools.nowSeconds() + ownerSeconds) * 1000);
    return ownerSeconds * 1000;
  }
  memory.troubles.delete(rollout.id);
  const place = { channel, message: answer.message };
  const bound = await writer.write(bindCard({ rollout: rollout.id, ...place, replaces }));
  // The waiting requester gets the link of the card, which the ledger has by now.
  settle(rollout.id, memory);
  if (bound.kind === "refused") await chat.remove(place);
  else await onPosted(rollout, place);
  return 0;
}

interface Drawn {
  readonly message: Message;
  /** False if the plan could not be read, so the risks are missing. */
  readonly isWhole: boolean;
}

async function draw({ rollout, state }: Keeping, tools: CardTools): Promise<Drawn> {
  const { nowSeconds, hindranceOf, settings } = tools;
  const { ledger, commit = "" } = state;
  const concerns = await readConcerns(rollout, tools);
  const facts: CardFacts = {
    rollout,
    trace: ledger.traces.get(rollout.id),
    environment: environmentOf(rollout, ledger),
    rehearsal: ledger.rehearsals.get(rollout.environment),
    hindrance: hindranceOf(rollout.id),
    ledgerCommit: commit,
    wire: ledger.wire,
    links: linkRun(rollout.id, ledger, settings),
    concerns: concerns ?? [context(concernsUnread)],
    nowSeconds: nowSeconds(),
  };
  return { message: renderRolloutCard(facts), isWhole: concerns !== undefined };
}

const concernsUnread =
  "Incomplete: the plan cannot be read now, so its risks and refused hosts are missing. Press Show plan before you approve.";

/** Undefined if the plan cannot be read. */
async function readConcerns(
  rollout: Rollout,
  { readPlan, log }: CardTools,
): Promise<readonly Block[] | undefined> {
  if (rollout.state.kind !== "requested") return [];
  try {
    return renderConcerns(await readPlan(rollout));
  } catch (error) {
    log.warn({ rollout: rollout.id, ...describe(error) }, "a plan could not be read for its card");
    return undefined;
  }
}

function environmentOf({ environment }: Rollout, { environments }: Ledger): EnvironmentRecord {
  return environments.get(environment) ?? newEnvironment(environment);
}
