import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createLog } from "../../../bot/runtime/log.ts";
import { sleepLightly } from "../../../bot/runtime/loop.ts";
import { createBot, type Bot, type BotPorts } from "../../../bot/app.ts";
import { openController, type Controller } from "../../../bot/controller/controller.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { readBotSettings, type BotSettings } from "../../../bot/runtime/settings.ts";
import type { Rollout } from "../../../src/core/rollout/state/rollout.ts";
import { readRolloutPlan } from "../../../src/core/rollout/dispatch/dispatch-wave.ts";
import { seeHosts } from "../../../src/core/rollout/ledger/commands.ts";
import { need } from "./control.ts";
import { finishRehearsal, finishRun } from "../fakes/github/finish-run.ts";
import { type GithubFront } from "../fakes/github/github-front.ts";
import { pushFiles } from "../fakes/github/github-peer.ts";
import { filesOf, soft, type TestHost } from "../builders/rollout.ts";
import { token } from "./runner.ts";
import {
  appId,
  appToken,
  botToken,
  signingSecret,
  signRequest,
  teamId,
  type SlackPeer,
} from "../fakes/slack/slack-peer.ts";
import type { EnvelopeType, SocketPeer } from "../fakes/slack/slack-socket.ts";
import { makeKeys, type Keys } from "../builders/tickets.ts";
import { startGithubFront, startSlack, startSocketPeer } from "./started.ts";

export interface Reply {
  readonly response_type?: string;
  readonly replace_original?: boolean;
  readonly text: string;
  readonly blocks: readonly object[];
}

export interface BotScene {
  readonly front: GithubFront;
  readonly slack: SlackPeer;
  /** The socket in socket mode: everything typed, clicked and sent goes through it. */
  readonly socket: SocketPeer | undefined;
  readonly settings: BotSettings;
  /** bot.ini, as the bots have read it. */
  readonly settingsText: string;
  readonly keys: Keys;
  readonly bot: Bot;
  /** The bot that gets Slack's requests at first. */
  readonly address: string;
  /** Reads the ledger like another controller. */
  readonly controller: Controller;
  /** Lines of the log. */
  readonly logged: string[];
  readonly responseUrl: string;
  /** Messages that arrived at response_url. */
  readonly replies: Reply[];
  readonly monitor: string;
  /** Secrets that only Slack and the bot may know about each request. */
  readonly givenAway: string[];
  readonly later: (seconds: number) => void;
  /**
   * From now on only `later` advances the bots' clock, so that a slow machine causes no timeout.
   */
  readonly stopClock: () => void;
  /** Types a command as a person; returns the immediate answer to Slack. */
  readonly type: (user: string, text: string, change?: object) => Promise<Response>;
  readonly click: (
    user: string,
    action: string,
    value: string,
    change?: Clicked,
  ) => Promise<Response>;
  readonly submit: (
    user: string,
    callback: string,
    value: string,
    values: object,
  ) => Promise<Response>;
  readonly send: (
    body: string,
    headers?: Readonly<Record<string, string>>,
    at?: string,
  ) => Promise<Response>;
  readonly openHome: (user: string) => Promise<Response>;
  readonly rollout: () => Promise<Rollout>;
  /** Ends the running runs; in a rehearsal, bad hosts are not ready. */
  readonly finish: (bad?: readonly string[]) => Promise<void>;
  readonly startAnother: StartBot;
  /** Sends the following requests to that bot. */
  readonly turnTo: (address: string) => void;
}

export interface Clicked {
  /** The message with the button; undefined: the card. */
  readonly message?: string | null;
  readonly actionTs?: string;
  /** Address of the bot that gets it; undefined: the selected one. */
  readonly at?: string;
  readonly body?: object;
}

export const fleet: Readonly<Record<string, TestHost>> = {
  rds1: {},
  rds2: { facts: "wave = 2\n" },
};

/** Waits until a condition holds. The limit only ends a test that hangs, also on a busy machine. */
export async function until<Value>(
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 240,
): Promise<Value> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("the condition never held");
}

export interface SceneOptions {
  readonly hosts?: Readonly<Record<string, TestHost>>;
  /** Additional lines of [environment.production]. */
  readonly environment?: string;
  /** Off, so that unrelated tests only count runs of waves. */
  readonly rehearsal?: "off" | "optional" | "required";
  readonly mode?: "http" | "socket";
  readonly more?: string;
  /** Whether the ledger knows the files on the hosts. */
  readonly isSeen?: boolean;
  readonly isStarted?: boolean;
  /** This many environments, e0 and so on, with one host each, h0 and so on. */
  readonly environments?: number;
}

/** Components of every bot of a scene; its requests may be redirected. */
export type StartBot = (ask?: typeof fetch) => Promise<RunningBot>;

export interface RunningBot {
  readonly bot: Bot;
  /** Base URL for Slack's requests. */
  readonly address: string;
  readonly monitor: string;
}

export async function makeBotScene(options: SceneOptions = {}): Promise<BotScene> {
  const { environment = "", mode = "http", isSeen = true, environments = 0 } = options;
  const { rehearsal = "off" } = options;
  const hosts = environments === 0 ? (options.hosts ?? fleet) : makeHosts(environments);
  const more = (options.more ?? "") + nameEnvironments(environments);
  const [front, slack, keys] = [
    await startGithubFront(filesOf(hosts)),
    await startSlack(),
    await makeKeys(),
  ];
  const socket = mode === "socket" ? await startSocketPeer() : undefined;
  slack.socketUrl = socket?.url;
  const people = ["anna", "ben", "carl"].map(
    (name, index) =>
      `[person.${name}]\nslack = ${slack.users.get(name)}\ngithub = ${9001 + index}\ngroups = ops\n`,
  );
  const text = `[github]
repository = example/config
api = ${front.url}
[slack]
mode = ${mode}
team = ${teamId}
app = ${appId}
channel = ${slack.channel}
port = 0
[monitor]
port = 0
${people.join("")}[environment.production]
approvals = 1
groups = ops
soak = 0s
rehearsal = ${rehearsal}
${environment}${more}`;
  const { settings, problems } = readBotSettings("bot.ini", text);
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  await pushFiles(front.github, filesOf(hosts));
  const ref = await front.github.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
  front.activity.moves.push({
    before: "0".repeat(40),
    after: ref.object.sha,
    actor: { id: 777, login: "x" },
  });
  front.activity.propose(ref.object.sha, 777);

  const logged: string[] = [];
  let offset = 0;
  let stopped: number | undefined;
  const nowSeconds = (): number => (stopped ?? Date.now()) / 1000 + offset;
  front.clock.now = nowSeconds;
  const ports: BotPorts = {
    fetch,
    token,
    signer: keys.signer,
    keys: [keys.publicKey],
    clock: {
      nowSeconds,
      wait: async () => {},
      random: Math.random,
    },
    log: createLog("debug", { write: (line) => void logged.push(line) }),
    // Twenty times as fast as in production.
    sleep: (milliseconds) => sleepLightly(milliseconds / 20),
    slackApiUrl: slack.url,
    secrets: { botToken, appToken, signingSecret },
  };
  const controller = await openController(settings, ports);
  if (isSeen) {
    const seen = Object.keys(hosts).map((host) => ({ host, file: hashSha256(soft) }));
    need(await controller.writer.write(seeHosts(seen, [soft])));
  }
  const { replies, url: responseUrl } = await listenForReplies();
  const start: StartBot = async (ask = fetch) => {
    const bot = await createBot(settings, { ...ports, fetch: ask });
    onTestFinished(async () => bot.stop());
    const { slack: address, monitor } = await bot.start();
    return { bot, address, monitor };
  };
  const isStarted = options.isStarted !== false;
  const unstarted = async () => ({
    bot: await createBot(settings, ports),
    address: "",
    monitor: "",
  });
  const first = isStarted ? await start() : await unstarted();
  let target = first.address;
  const idOf = (user: string): string => slack.users.get(user) ?? user;
  const givenAway: string[] = [responseUrl];
  let count = 0;
  const nameTrigger = (): string => {
    const trigger = `trigger.${count++}.${Math.random().toString(36).slice(2)}`;
    givenAway.push(trigger);
    return trigger;
  };
  const send: BotScene["send"] = async (body, headers = signRequest(body), at = target) =>
    socket === undefined
      ? fetch(`${at}/slack/events`, { method: "POST", headers, body })
      : Response.json(await socket.deliver(readEnvelope(body)));
  const sendPayload = async (payload: object, at?: string): Promise<Response> => {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    return send(body, signRequest(body), at);
  };
  const common = (user: string) => ({
    api_app_id: appId,
    team: { id: teamId, domain: "example" },
    user: { id: idOf(user), team_id: teamId },
    trigger_id: nameTrigger(),
  });
  const rollout: BotScene["rollout"] = async () => {
    const { ledger } = await controller.writer.read();
    const found = [...ledger.rollouts.values()].at(-1);
    if (found === undefined) throw new Error("there is no rollout");
    return found;
  };
  return {
    front,
    slack,
    socket,
    settings,
    settingsText: text,
    keys,
    bot: first.bot,
    address: first.address,
    controller,
    logged,
    replies,
    responseUrl,
    monitor: first.monitor,
    givenAway,
    later: (seconds) => {
      offset += seconds;
    },
    stopClock: () => {
      stopped = Date.now();
    },
    send,
    type: async (user, words, change = {}) =>
      send(
        new URLSearchParams({
          command: "/sesam-harden",
          text: words,
          api_app_id: appId,
          team_id: teamId,
          user_id: idOf(user),
          channel_id: slack.channel,
          response_url: responseUrl,
          trigger_id: nameTrigger(),
          ...change,
        }).toString(),
      ),
    click: async (user, action, value, { message, actionTs, at, body = {} } = {}) => {
      const { ledger } = await controller.writer.read();
      const card = message === undefined ? ledger.cards.get(value)?.message : message;
      const button = { type: "button", action_id: action, value, block_id: "b" };
      const container =
        card === null || card === undefined
          ? { type: "view" }
          : { type: "message", message_ts: card, channel_id: slack.channel };
      return sendPayload(
        {
          type: "block_actions",
          ...common(user),
          response_url: responseUrl,
          container,
          actions: [{ ...button, action_ts: actionTs ?? `${Date.now()}.${count++}` }],
          ...body,
        },
        at,
      );
    },
    submit: async (user, callback, value, values) =>
      sendPayload({
        type: "view_submission",
        ...common(user),
        view: {
          id: `V${count++}`,
          hash: "h",
          callback_id: callback,
          private_metadata: value,
          state: { values },
        },
      }),
    openHome: async (user) => {
      const body = JSON.stringify({
        type: "event_callback",
        api_app_id: appId,
        team_id: teamId,
        event_id: `Ev${count++}`,
        event: { type: "app_home_opened", user: idOf(user), tab: "home", channel: "D1" },
      });
      return send(body, { ...signRequest(body), "content-type": "application/json" });
    },
    rollout,
    finish: async (bad = []) => {
      const state = await controller.writer.read();
      for (const [index, run] of front.actions.runs.entries()) {
        const [, id = ""] = /, (\S+)-w\d+-\d+-[0-9a-f]{32}$/.exec(run.display_title) ?? [];
        const of = state.ledger.rollouts.get(id);
        if (run.status === "completed" || of === undefined) continue;
        const plan = await readRolloutPlan(of, state, controller);
        if (run.inputs["mode"] === "rehearse")
          finishRehearsal(run, index, { plan, bad, at: nowSeconds() });
        else finishRun(run, index, { plan, bad });
      }
    },
    startAnother: start,
    turnTo: (address) => {
      target = address;
    },
  };
}

/** Over HTTP Slack sends a form, over a socket the same as JSON. */
function readEnvelope(body: string): { readonly type: EnvelopeType; readonly payload: object } {
  const { payload, ...form } = Object.fromEntries(new URLSearchParams(body));
  return payload === undefined
    ? { type: "slash_commands", payload: form }
    : { type: "interactive", payload: JSON.parse(payload) as object };
}

/** Each in its own environment. */
function makeHosts(count: number): Readonly<Record<string, TestHost>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      return [`h${index}`, { others: { "host.ini": `environment = e${index}\n` } }];
    }),
  );
}

function nameEnvironments(count: number): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `[environment.e${index}]\napprovals = 2\ngroups = ops\nsoak = 0s\nrehearsal = off\n`,
  ).join("");
}

async function listenForReplies(): Promise<{ readonly replies: Reply[]; readonly url: string }> {
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    replies.push(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Reply);
    response.end("ok");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { replies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
