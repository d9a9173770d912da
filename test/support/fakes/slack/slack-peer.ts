import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createEmulator } from "emulate";
import { checkMessage, checkView } from "./block-kit.ts";

export const botToken = ["xoxb", "not", "a", "real", "token"].join("-");
export const appToken = ["xapp", "not", "a", "real", "token"].join("-");
export const signingSecret = "not.a.real.secret";
export const teamId = "T000000001";
export const appId = "A012AB3CD";

export interface SlackCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SlackFault {
  readonly method: string;
  /** Slack acts but the answer is lost, or nothing happens. */
  readonly with: "lost" | "reset" | { readonly error: string } | { readonly retryAfter: number };
}

export interface SlackMessage {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly elements?: readonly object[] }[];
  readonly thread_ts?: string;
}

/**
 * Slack as simulated by emulate, behind a proxy that checks every message and view against Block
 * Kit's limits, counts, and can make calls fail. It answers itself what emulate lacks: scopes in a
 * header, flags of accounts, modals, messages to a person, and addresses for Socket Mode.
 */
export interface SlackPeer {
  /** Base URL of the Web API, with a trailing slash. */
  readonly url: string;
  readonly channel: string;
  /** Ids of accounts by name. */
  readonly users: ReadonlyMap<string, string>;
  readonly calls: SlackCall[];
  /** Calls that Slack would have rejected. */
  readonly problems: string[];
  readonly fail: (...faults: readonly SlackFault[]) => void;
  /** Flags that users.info shows for an account. */
  readonly flags: Map<string, Readonly<Record<string, unknown>>>;
  readonly scopes: string[];
  /** Messages of the channel, oldest first, or of a thread if its message is given. */
  readonly read: (thread?: string) => Promise<readonly SlackMessage[]>;
  /** Address for a WebSocket. */
  socketUrl: string | undefined;
  /** While true, every connection is cut. */
  isDown: boolean;
  /** The app that the bot token belongs to. */
  appId: string;
  readonly close: () => Promise<void>;
}

/** Emulate expires a token after 5,000 calls, so the proxy uses several in turn. */
const tokens = 40;
const emulatedScopes = [
  "chat:write",
  "users:read",
  "commands",
  "files:write",
  "channels:read",
  "channels:history",
];

const names = ["anna", "ben", "carl", "dora"] as const;

export async function openSlack(): Promise<SlackPeer> {
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      tokens: {},
      slack: {
        team: { name: "Example", domain: "example" },
        users: names.map((name) => ({ name, real_name: name })),
        channels: [{ name: "backup" }],
        tokens: Array.from({ length: tokens }, (_, index) => ({
          token: `${botToken}${index}`,
          user: "anna",
          scopes: emulatedScopes,
        })),
        signing_secret: signingSecret,
        strict_scopes: true,
      },
    } as never,
  });
  const calls: SlackCall[] = [];
  const problems: string[] = [];
  const faults: SlackFault[] = [];
  const flags = new Map<string, Readonly<Record<string, unknown>>>();
  const scopes = ["commands", "chat:write", "users:read", "files:write"];
  let forwarded = 0;
  const nextToken = (): string => `Bearer ${botToken}${Math.floor(forwarded++ / 4000)}`;
  const ask = async (method: string, body: object = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${emulator.url}/api/${method}`, {
      method: "POST",
      headers: { authorization: nextToken(), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const members = (await ask("users.list"))["members"] as readonly { id: string; name: string }[];
  const users = new Map(members.map(({ id, name }) => [name, id]));
  const channels = (await ask("conversations.list"))["channels"] as readonly {
    id: string;
    name: string;
  }[];
  const channel = channels.find(({ name }) => name === "backup")?.id ?? "";
  const peer: Pick<SlackPeer, "socketUrl" | "isDown" | "appId"> = {
    socketUrl: undefined,
    isDown: false,
    appId,
  };

  const answerItself = (method: string, body: SlackCall["body"]): object | undefined => {
    if (method === "views.open" || method === "views.update")
      return { ok: true, view: { id: "V1" } };
    if (method === "views.publish" || method === "chat.postEphemeral") return { ok: true };
    if (method === "bots.info") return { ok: true, bot: { id: body["bot"], app_id: peer.appId } };
    if (method === "chat.postMessage" && String(body["channel"]).startsWith("U")) {
      return { ok: true, channel: "D1", ts: "1.0" };
    }
    if (method !== "apps.connections.open") return undefined;
    return peer.socketUrl === undefined
      ? { ok: false, error: "not_allowed_token_type" }
      : { ok: true, url: peer.socketUrl };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const method = (request.url ?? "").replace(/^\/api\//, "").split("?")[0] ?? "";
    const type = request.headers["content-type"] ?? "";
    const body = readBody(raw.toString("utf8"), type);
    calls.push({ method, body });
    problems.push(...judgeCall(method, body));
    const at = faults.findIndex((fault) => fault.method === method);
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (peer.isDown || fault?.with === "reset") return void request.socket.destroy();
    if (typeof fault?.with === "object") {
      const isLimit = "retryAfter" in fault.with;
      response.writeHead(isLimit ? 429 : 200, {
        "content-type": "application/json",
        ...(isLimit ? { "retry-after": String(fault.with.retryAfter) } : {}),
      });
      const error = "error" in fault.with ? fault.with.error : "ratelimited";
      return void response.end(JSON.stringify({ ok: false, error }));
    }
    const own = answerItself(method, body);
    let text = JSON.stringify(own);
    if (own === undefined) {
      const isOurs = request.headers.authorization === `Bearer ${botToken}`;
      const answer = await fetch(`${emulator.url}${request.url}`, {
        method: request.method ?? "POST",
        headers: {
          authorization: isOurs ? nextToken() : (request.headers.authorization ?? ""),
          "content-type": type,
        },
        body: raw,
      });
      text = await answer.text();
    }
    if (fault?.with === "lost") return void request.socket.destroy();
    if (method === "users.info") text = addFlags(text, flags);
    if (method === "auth.test") text = JSON.stringify({ ...JSON.parse(text), bot_id: "B012AB3CD" });
    response.writeHead(200, {
      "content-type": "application/json",
      "x-oauth-scopes": scopes.join(","),
    });
    response.end(text);
  };
  const proxy = createServer((request, response) => {
    // The server that it forwards to may be closed by now.
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  return Object.assign(peer, {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/`,
    channel,
    users,
    calls,
    problems,
    flags,
    scopes,
    fail: (...more: readonly SlackFault[]) => void faults.push(...more),
    read: async (thread?: string) => {
      const answer =
        thread === undefined
          ? await ask("conversations.history", { channel, limit: 200 })
          : await ask("conversations.replies", { channel, ts: thread, limit: 200 });
      const found = (answer["messages"] ?? []) as readonly SlackMessage[];
      return found
        .filter(({ ts }) => ts !== thread)
        .toSorted((left, right) => Number(left.ts) - Number(right.ts));
    },
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await emulator.close();
    },
  });
}

function readBody(text: string, type: string): SlackCall["body"] {
  if (type.includes("json")) return JSON.parse(text || "{}") as SlackCall["body"];
  const fields = [...new URLSearchParams(text)].map(([name, value]) => {
    const isStructured = name === "blocks" || name === "view";
    return [name, isStructured ? (JSON.parse(value) as unknown) : value] as const;
  });
  return Object.fromEntries(fields);
}

function judgeCall(method: string, body: SlackCall["body"]): readonly string[] {
  const named = (problem: string): string => `${method}: ${problem}`;
  if (method.startsWith("views.")) return checkView(body["view"]).map(named);
  if (!/^chat\.(post|update)/.test(method)) return [];
  return checkMessage(withoutCalls({ text: body["text"], blocks: body["blocks"] ?? [] })).map(
    named,
  );
}

/** The only place with mentions of people: only ids, in a separate block before the text. */
function withoutCalls({ text, blocks }: { readonly text: unknown; readonly blocks: unknown }) {
  const calls = /^<@U[A-Z0-9]+>(?: <@U[A-Z0-9]+>)*/;
  const strip = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(calls, "called") : value;
  const [first, ...rest] = blocks as readonly { text?: { text?: unknown } }[];
  const cleaned =
    first?.text === undefined
      ? first
      : { ...first, text: { ...first.text, text: strip(first.text.text) } };
  return { text: strip(text), blocks: first === undefined ? [] : [cleaned, ...rest] };
}

function addFlags(text: string, flags: SlackPeer["flags"]): string {
  const answer = JSON.parse(text) as { user?: { id: string } };
  const { user } = answer;
  if (user === undefined) return text;
  return JSON.stringify({ ...answer, user: { ...user, ...flags.get(user.id) } });
}

/** Signs a request as Slack does. */
export function signRequest(
  body: string,
  { secret = signingSecret, at = Math.floor(Date.now() / 1000) } = {},
): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": String(at),
    "x-slack-signature": `v0=${signature}`,
  };
}
