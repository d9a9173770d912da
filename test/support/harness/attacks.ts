import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { modals } from "../../../bot/views/modals.ts";
import { checkMessage } from "../fakes/slack/block-kit.ts";
import { until, type BotScene } from "./bot.ts";
import { botToken, signingSecret } from "../fakes/slack/slack-peer.ts";
import { token } from "./runner.ts";

/** Requests a rollout as a person, waits for the answer and its card, and returns its id. */
export async function askFor(
  scene: BotScene,
  environment: string,
  { user = "anna", more = "" } = {},
): Promise<string> {
  await typeAs(scene, user, `rollout open ${environment}${more}`);
  return until(async () => {
    const { ledger } = await scene.controller.writer.read();
    const id = ledger.environments.get(environment)?.rollout?.id ?? "";
    const state = ledger.rollouts.get(id)?.state.kind;
    return state === "requested" && ledger.cards.has(id) && id;
  });
}

/** The message that only this person sees after an action. */
export async function whisperTo(
  { slack }: BotScene,
  user: string,
  act: () => Promise<unknown>,
): Promise<string> {
  const before = slack.calls.length;
  await act();
  const id = slack.users.get(user) ?? user;
  const call = await until(() =>
    slack.calls
      .slice(before)
      .find(
        ({ method, body }) =>
          (method === "chat.postEphemeral" && body["user"] === id) ||
          (method === "chat.postMessage" && body["channel"] === id),
      ),
  );
  return String(call.body["text"]);
}

/** Denies as a person, with a reason. */
export async function denyAs(
  scene: BotScene,
  user: string,
  ...said: readonly [id: string, reason: string]
): Promise<string> {
  return stopAs(scene, { user, kind: "deny" }, ...said);
}

/** Aborts with the button's dialog, with a reason. */
export async function abortAs(
  scene: BotScene,
  user: string,
  ...said: readonly [id: string, reason: string]
): Promise<string> {
  return stopAs(scene, { user, kind: "abort" }, ...said);
}

async function stopAs(
  scene: BotScene,
  { user, kind }: { readonly user: string; readonly kind: "deny" | "abort" },
  ...[id, reason]: readonly [id: string, reason: string]
): Promise<string> {
  const { callback, block, input } = modals[kind];
  const values = { [block]: { [input]: { type: "plain_text_input", value: reason } } };
  return whisperTo(scene, user, () => scene.submit(user, callback, id, values));
}

/** The answer to a click. */
export async function clickAs(
  scene: BotScene,
  user: string,
  action: string,
  ...more: readonly [value: string, change?: Parameters<BotScene["click"]>[3]]
): Promise<string> {
  const [value, change] = more;
  return whisperTo(scene, user, () => scene.click(user, action, value, change));
}

/** The answer to a command, once the work is done. */
export async function typeAs(scene: BotScene, user: string, text: string): Promise<string> {
  const before = scene.replies.length;
  await scene.type(user, text);
  return (await until(() => scene.replies[before])).text;
}

export async function stateOf({ controller }: BotScene, id: string): Promise<string | undefined> {
  const { ledger } = await controller.writer.read();
  return ledger.rollouts.get(id)?.state.kind;
}

export async function approvalsOf({ controller }: BotScene, id: string) {
  const { ledger } = await controller.writer.read();
  return ledger.rollouts.get(id)?.approvals;
}

/** Refusal reasons in the log. */
export function refusedReasons({ logged }: BotScene): readonly string[] {
  return logged
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly reason?: string })
    .flatMap(({ msg, reason = "" }) => (msg === "request refused" ? [reason] : []));
}

/** Slack would accept everything that was sent, and no secret was logged. */
export function holdScene(scene: BotScene): void {
  const { slack, front, replies, logged, keys } = scene;
  const { github, actions, activity } = front;
  expect(slack.problems).toEqual([]);
  expect([...github.problems, ...actions.problems, ...activity.problems]).toEqual([]);
  for (const { text, blocks } of replies) expect(checkMessage({ text, blocks })).toEqual([]);
  const log = logged.join("");
  const secrets = [botToken, signingSecret, "xapp-", token, keys.privateKey, "response_url"];
  for (const secret of secrets) expect(log).not.toContain(secret);
  for (const address of scene.givenAway) expect(log).not.toContain(address);
  // A ticket has three base64url parts, the first of which starts like this.
  expect(log).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
}

/** An address that accepts no more answers. */
export async function startGone(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(404);
    response.end("expired_url");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
