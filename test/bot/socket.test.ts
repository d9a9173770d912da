import { expect, test } from "vitest";
import {
  approvalsOf,
  askFor,
  clickAs,
  holdScene,
  stateOf,
  typeAs,
} from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene, type SceneOptions } from "../support/harness/bot.ts";
import type { SocketPeer } from "../support/fakes/slack/slack-socket.ts";

async function makeSocketScene(
  options: SceneOptions = {},
): Promise<BotScene & { readonly peer: SocketPeer }> {
  const scene = await makeBotScene({ ...options, mode: "socket" });
  if (scene.socket === undefined) throw new Error("no socket");
  return { ...scene, peer: scene.socket };
}

async function readiness({ monitor }: BotScene): Promise<string> {
  const answer = await fetch(`${monitor}/readyz`);
  return `${answer.status} ${(await answer.text()).trim()}`;
}

async function isReady(scene: BotScene): Promise<boolean> {
  return (await readiness(scene)) === "200 ok";
}

function hold(scene: BotScene & { readonly peer: SocketPeer }): void {
  expect(scene.peer.problems).toEqual([]);
  holdScene(scene);
  expect(scene.logged.join("")).not.toContain("a-ticket-of-slack");
}

const noSocket = "503 the socket to Slack is not connected";

test("commands, clicks and dialogs arrive over a socket, and are acknowledged there", async () => {
  const scene = await makeSocketScene();
  const { peer } = scene;
  await until(async () => isReady(scene));
  const id = await askFor(scene, "production");
  expect(peer.acks[0]?.payload).toMatchObject({ text: "Working on it: rollout." });
  const help: unknown = await (await scene.type("dora", "help")).json();
  expect(help).toMatchObject({ response_type: "ephemeral" });
  expect(await clickAs(scene, "anna", "approve", id)).toContain("Reason: own-change.");
  expect(peer.acks.at(-1)?.payload).toEqual({});
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  for (let wave = 1; wave <= 2; wave++) {
    await until(() => scene.front.actions.runs.length === wave);
    await scene.finish();
  }
  await until(async () => (await stateOf(scene, id)) === "succeeded");
  const event = {
    type: "event_callback",
    api_app_id: "A012AB3CD",
    team_id: "T000000001",
    event: { type: "app_home_opened", user: scene.slack.users.get("dora"), tab: "home" },
  };
  await peer.deliver({ type: "events_api", payload: event });
  await until(() => scene.slack.calls.find(({ method }) => method === "views.publish"));
  hold(scene);
});

test("an envelope that arrives twice is processed once", async () => {
  const scene = await makeSocketScene();
  const { peer } = scene;
  await scene.type("anna", "rollout open production");
  peer.repeat();
  const id = await until(async () => {
    const { ledger } = await scene.controller.writer.read();
    return [...ledger.cards.keys()][0];
  });
  await until(() => peer.acks.length === 2);
  expect(peer.acks[1]?.payload).toEqual({});
  await clickAs(scene, "ben", "approve", id);
  peer.repeat();
  await until(() => peer.acks.length === 4);
  expect(await approvalsOf(scene, id)).toEqual(["ben"]);
  const metrics = await (await fetch(`${scene.monitor}/metrics`)).text();
  expect(metrics).toContain('requests_total{what="approve",outcome="repeated"} 1');
  expect(metrics).toContain('requests_total{what="command",outcome="repeated"} 1');
  expect((await scene.controller.writer.read()).ledger.rollouts.size).toBe(1);
  hold(scene);
});

test("the bot reconnects when Slack requests it, and loses nothing", async () => {
  const scene = await makeSocketScene();
  const { peer } = scene;
  const id = await askFor(scene, "production");
  for (let round = 1; round <= 3; round++) {
    const [old] = peer.sockets;
    const refresh = { type: "disconnect", reason: "refresh_requested", debug_info: { host: "x" } };
    // One arrives too early to be acknowledged, and one while the old socket is closing.
    const early = scene.type("dora", "history");
    old?.say(refresh);
    const late = scene.type("carl", "history");
    await Promise.all([early, late]);
    await until(() => scene.replies.length === 1 + 2 * round);
    expect(scene.replies.at(-1)?.text).toContain(id);
    await until(() => peer.opened() === round + 1);
  }
  expect(peer.sockets.length).toBe(1);
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  await until(async () => isReady(scene));
  hold(scene);
});

test("a socket that Slack closes is opened again, even if Slack gives no address for a while", async () => {
  const scene = await makeSocketScene();
  const { peer, slack } = scene;
  await until(async () => isReady(scene));
  const url = slack.socketUrl;
  slack.socketUrl = undefined;
  peer.sockets[0]?.end();
  await until(async () => (await readiness(scene)) === noSocket);
  const asked = (): number =>
    slack.calls.filter(({ method }) => method === "apps.connections.open").length;
  const tried = asked();
  await until(() => asked() > tried);
  slack.isDown = true;
  await until(() => asked() > tried + 1);
  slack.isDown = false;
  expect(await readiness(scene)).toBe(noSocket);
  slack.socketUrl = url;
  await until(async () => isReady(scene));
  expect(await typeAs(scene, "dora", "history")).toContain("No rollouts yet.");
  hold(scene);
});

test("a dead socket is detected and replaced", async () => {
  const scene = await makeSocketScene();
  const { peer, slack } = scene;
  await until(async () => isReady(scene));
  const url = slack.socketUrl;
  slack.socketUrl = undefined;
  peer.sockets[0]?.die();
  await until(async () => (await readiness(scene)) === noSocket);
  slack.socketUrl = url;
  await until(async () => isReady(scene));
  expect(peer.opened()).toBe(2);
  expect(await typeAs(scene, "dora", "history")).toContain("No rollouts yet.");
  // A bot whose peer is dead still shuts down.
  peer.sockets[0]?.die();
  await scene.bot.stop();
  hold(scene);
});

test("two bots on two sockets decide once", async () => {
  const scene = await makeSocketScene({ environments: 1 });
  const { peer } = scene;
  await scene.startAnother();
  await until(() => peer.sockets.length === 2);
  const id = await askFor(scene, "e0");
  const [first, second] = peer.sockets;
  await scene.click("ben", "approve", id);
  peer.repeat(first);
  peer.repeat(second);
  await Promise.all([clickAs(scene, "carl", "approve", id), scene.click("carl", "approve", id)]);
  await until(() => scene.front.actions.runs.length === 1);
  await scene.finish();
  await until(async () => (await stateOf(scene, id)) === "succeeded");
  // The order of their approvals is undefined.
  expect([...((await approvalsOf(scene, id)) ?? [])].toSorted()).toEqual(["ben", "carl"]);
  expect(scene.front.actions.runs.length).toBe(1);
  hold(scene);
});
