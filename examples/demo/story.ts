import { isOver, type Rollout } from "../../src/core/rollout/rollout.ts";
import { environment } from "./fleet.ts";
import { runDist } from "./program.ts";
import type { Screen } from "./screen.ts";
import { until, type Clicked } from "./workspace.ts";
import type { World } from "./world.ts";

export interface Stage {
  readonly world: World;
  readonly screen: Screen;
}

/** One thing that happens, under a heading. */
export interface Scene {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** The first lines and the last two, since people want to see the end. */
function shorten(text: string, most: number): string {
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

/** The newest rollout. */
export async function findRollout({ world }: Stage): Promise<Rollout> {
  const { ledger } = await world.bot.controller.writer.read();
  const rollout = [...ledger.rollouts.values()].at(-1);
  if (rollout === undefined) throw new Error("there is no rollout");
  return rollout;
}

async function findCard({ world }: Stage, { id }: Rollout): Promise<Clicked> {
  const { writer } = world.bot.controller;
  const look = async () => (await writer.read()).ledger.cards.get(id)?.message;
  return { rollout: id, card: await until(look, `the card of the rollout ${id}`) };
}

/** Shows the card of the newest rollout, once it says so. */
export async function showCard(stage: Stage, word: string): Promise<void> {
  const { world, screen } = stage;
  const { card } = await findCard(stage, await findRollout(stage));
  const look = async () => {
    const message = await world.workspace.readCard(card);
    return message?.text.includes(word) === true ? message : undefined;
  };
  screen.card(await until(look, `a card that says ${word}`));
}

export async function click(stage: Stage, user: string, action: "approve"): Promise<void> {
  const { world, screen } = stage;
  const place = await findCard(stage, await findRollout(stage));
  screen.clicked(user, "Approve");
  screen.seen(user, await world.workspace.click(user, action, place));
}

/** Waits until the newest rollout is over; gives how. */
export async function finish(stage: Stage): Promise<Rollout["state"]["kind"]> {
  const look = async () => {
    const { state } = await findRollout(stage);
    return isOver(state) ? state.kind : undefined;
  };
  return until(look, "the end of the rollout", 60);
}

const check: Scene = {
  title: "A fleet is checked",
  play: async ({ world, screen }) => {
    screen.say("Two Remote Device Servers and a Server, as they were set up once:");
    screen.print("$ sesam-harden check config-repo");
    const { stdout } = await runDist(["check"], { cwd: world.checkout });
    screen.print(shorten(stdout, 19));
  },
};

const openPull: Scene = {
  title: "The Action opens a pull request that fixes what can be fixed safely",
  play: async ({ world, screen }) => {
    const { log } = await world.repo.runAction({ fix: "pull-request" });
    screen.print(log.filter((line) => line.startsWith("Fix pull request")).join("\n"));
    const { number, title, body } = await world.repo.readPull();
    screen.print(`#${number} ${title}`);
    screen.say("What it would change on the first host:");
    screen.print(/```diff\n([\s\S]*?)(?=\ndiff --git|\n```)/.exec(body)?.[1] ?? body);
  },
};

const merge: Scene = {
  title: "anna merges it",
  play: async ({ world, screen }) => {
    await world.repo.merge(await world.repo.readPull());
    await world.repo.checkOut(await world.repo.readHead(), world.checkout);
    const { stdout } = await runDist(["check"], { cwd: world.checkout });
    screen.print(`$ sesam-harden check config-repo\n${stdout}`);
    screen.say("The files are right now. What lies on the hosts is still the old:");
  },
};

const ask: Scene = {
  title: "anna asks for the first phase: HTTPS is opened, and nothing is shut yet",
  play: async (stage) => {
    await type(stage, "anna", `rollout open ${environment} because CHG-1234`);
    await showCard(stage, "requested");
  },
};

const approveOwn: Scene = {
  title: "She cannot approve it herself",
  play: (stage) => click(stage, "anna", "approve"),
};

const status: Scene = {
  title: "/sesam-harden status",
  play: async (stage) => void (await type(stage, "anna", "status")),
};

const approve: Scene = {
  title: "ben approves it",
  play: (stage) => click(stage, "ben", "approve"),
};

export const scenes: readonly Scene[] = [check, openPull, merge, status, ask, approveOwn, approve];
