import { isOver, type Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { ActionId, Message } from "../../bot/views/blocks.ts";
import type { Screen } from "./screen.ts";
import { until, type Clicked } from "./workspace.ts";
import type { World } from "./world.ts";

export interface Stage {
  readonly world: World;
  readonly screen: Screen;
}

/** One event, under a heading. */
export interface Scene {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** The first lines and the last two, since the end matters. */
export function shorten(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= most + 3) return lines.join("\n");
  const left = lines.length - most - 2;
  return [...lines.slice(0, most), `… ${left} more lines …`, "", ...lines.slice(-2)].join("\n");
}

export async function type({ world, screen }: Stage, user: string, text: string): Promise<string> {
  screen.typed(user, text);
  const seen = await world.workspace.type(user, text);
  screen.seen(user, seen);
  return seen.message.text;
}

/** The rollout of that id, or the newest one. */
export async function findRollout({ world }: Stage, id?: string): Promise<Rollout> {
  const { ledger } = await world.bot.controller.writer.read();
  const rollout = id === undefined ? [...ledger.rollouts.values()].at(-1) : ledger.rollouts.get(id);
  if (rollout === undefined) throw new Error(`there is no rollout ${id ?? "yet"}`);
  return rollout;
}

async function findCard({ world }: Stage, { id }: Rollout): Promise<Clicked> {
  const { writer } = world.bot.controller;
  const look = async () => (await writer.read()).ledger.cards.get(id)?.message;
  return { rollout: id, card: await until(look, `the card of the rollout ${id}`) };
}

/** The card of a rollout, once it contains the text. */
export async function readCardOf(
  stage: Stage,
  rollout: Rollout,
  word = "Rollout",
): Promise<Message> {
  const { card } = await findCard(stage, rollout);
  const look = async () => {
    const message = await stage.world.workspace.readCard(card);
    return message?.text.includes(word) === true ? message : undefined;
  };
  return until(look, `a card that says ${word}`);
}

/** Shows the card of the newest rollout, once it contains the text. */
export async function showCard(stage: Stage, word: string): Promise<void> {
  stage.screen.card(await readCardOf(stage, await findRollout(stage), word));
}

/** A person clicks a button of a card. */
export async function clickCard(
  stage: Stage,
  user: string,
  { action, rollout }: { readonly action: ActionId; readonly rollout: Rollout },
): Promise<void> {
  const { world, screen } = stage;
  const place = await findCard(stage, rollout);
  screen.clicked(user, action);
  screen.seen(user, await world.workspace.click(user, action, place));
}

export async function approve(stage: Stage, user: string): Promise<void> {
  await clickCard(stage, user, { action: "approve", rollout: await findRollout(stage) });
}

/** Waits until the newest rollout has ended as expected. */
export async function finish(
  stage: Stage,
  expected: "succeeded" | "failed",
): Promise<Rollout> {
  const look = async () => {
    const rollout = await findRollout(stage);
    const { state, waves } = rollout;
    const wave = "wave" in state ? `wave ${state.wave} of ${waves.length}` : "";
    stage.screen.progress(`${state.kind} ${wave}`.trimEnd());
    return isOver(state) ? rollout : undefined;
  };
  const rollout = await until(look, "the end of the rollout", 120);
  if (rollout.state.kind === expected) return rollout;
  throw new Error(`the rollout should have ${expected}: ${JSON.stringify(rollout.state)}`);
}


/** Runs the scheduled workflow that scans the hosts, and waits until the bot has recorded it. */
export async function verify(world: World): Promise<void> {
  const run = await world.verify();
  const { writer } = world.bot.controller;
  const look = async () => (await writer.read()).ledger.wire.last?.run === run || undefined;
  await until(look, "what verify saw");
}

