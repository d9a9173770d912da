import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Message } from "../../bot/views/blocks.ts";
import { appId, signRequest, teamId, type SlackMessage, type SlackPeer } from "../../test/support/fakes/slack/slack-peer.ts";

/** What the person who typed or clicked sees. */
export interface Seen {
  /** Whether everyone in the channel sees it. */
  readonly isPublic: boolean;
  readonly message: Message;
}

/** Slack as people use it: they type and click, and read the bot's answers. */
export interface Workspace {
  readonly type: (user: string, text: string) => Promise<Seen>;
  /** Clicks a button of a rollout's card. */
  readonly click: (user: string, action: string, rollout: Clicked) => Promise<Seen>;
  /** The current card of a rollout in the channel. */
  readonly readCard: (message: string) => Promise<Message | undefined>;
  /** Messages of the channel, oldest first, without their threads. */
  readonly readChannel: () => Promise<readonly Message[]>;
  readonly close: () => void;
}

export interface Clicked {
  readonly rollout: string;
  /** The message that contains the button. */
  readonly card: string;
}

interface Reply extends Message {
  readonly response_type?: string;
}

/** Waits until a condition holds, for at most this many seconds. */
export async function until<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  what: string,
  seconds = 30,
): Promise<Value> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(20);
  }
  throw new Error(`timed out waiting for ${what}`);
}

export async function openWorkspace(slack: SlackPeer, bot: string): Promise<Workspace> {
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // The bot's own answer, in the format that Slack documents.
    replies.push(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Reply);
    response.end("ok");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // It listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const responseUrl = `http://127.0.0.1:${port}/`;
  let count = 0;
  const idOf = (user: string): string => slack.users.get(user) ?? user;
  const send = async (fields: Readonly<Record<string, string>>): Promise<Reply | undefined> => {
    const body = new URLSearchParams(fields).toString();
    const headers = signRequest(body);
    const answer = await fetch(`${bot}/slack/events`, { method: "POST", headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the bot answered ${answer.status}: ${text}`);
    return text.startsWith("{") ? (JSON.parse(text) as Reply) : undefined;
  };
  return {
    type: async (user, text) => {
      const before = replies.length;
      const first = await send({
        command: "/sesam-harden",
        text,
        api_app_id: appId,
        team_id: teamId,
        user_id: idOf(user),
        channel_id: slack.channel,
        response_url: responseUrl,
        trigger_id: `t${count++}`,
      });
      // The bot answers at once if it can; otherwise it says that it is working on it.
      if (first !== undefined && !first.text.startsWith("Working on it")) return seenOf(first);
      return seenOf(await until(() => replies[before], `an answer to ${text}`));
    },
    click: async (user, action, { rollout, card }) => {
      const before = slack.calls.length;
      const payload = {
        type: "block_actions",
        api_app_id: appId,
        team: { id: teamId, domain: "example" },
        user: { id: idOf(user), team_id: teamId },
        trigger_id: `t${count++}`,
        response_url: responseUrl,
        container: { type: "message", message_ts: card, channel_id: slack.channel },
        actions: [
          {
            type: "button",
            action_id: action,
            value: rollout,
            block_id: "b",
            action_ts: `${Date.now()}.${count}`,
          },
        ],
      };
      await send({ payload: JSON.stringify(payload) });
      return until(() => findWhisper(slack, before, idOf(user)), `an answer to ${action}`);
    },
    readCard: async (message) => {
      const found = (await slack.read()).find(({ ts }) => ts === message);
      return found && asSent(found);
    },
    readChannel: async () => (await slack.read()).map(asSent),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function seenOf(reply: Reply): Seen {
  return { isPublic: reply.response_type === "in_channel", message: reply };
}

/** Messages sent only to that person, and views opened for them, since then. */
function findWhisper(slack: SlackPeer, since: number, user: string): Seen | undefined {
  for (const { method, body } of slack.calls.slice(since)) {
    if (method === "chat.postEphemeral" && body["user"] === user) {
      return { isPublic: false, message: body as unknown as Message };
    }
    if (method === "views.open") return { isPublic: false, message: body["view"] as Message };
  }
  return undefined;
}

function asSent({ text, blocks }: Pick<SlackMessage, "text" | "blocks">): Message {
  // The bot made them, and Slack stores them unchanged.
  return { text, blocks } as Message;
}
