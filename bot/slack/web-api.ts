import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { HardenError } from "../../src/core/base/errors.ts";
import type { Chat, ChatUser, ChatPlace, PostAnswer, UpdateAnswer } from "./chat-port.ts";
import type { HomeView, Message, ModalView } from "../views/blocks.ts";
import { simplify, simplifyMessage } from "../views/fallback-blocks.ts";

/** Pause (ms) if Slack limits requests without saying for how long. */
const pauseMs = 5000;

/**
 * Options of every Slack client: no automatic retries, and no queue behind a rate-limited method.
 */
export const clientOptions = {
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 10_000,
} as const;

/**
 * If Slack limits requests (429) without a valid Retry-After, the client throws an error that cannot
 * be recognized. This adds the header.
 */
export function nameLimits(ask: typeof fetch): typeof fetch {
  return async (...request) => {
    const answer = await ask(...request);
    if (answer.status !== 429) return answer;
    const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
    if (seconds > 0) return answer;
    const headers = new Headers(answer.headers);
    headers.set("retry-after", String(pauseMs / 1000));
    return new Response(answer.body, { status: 429, headers });
  };
}

/** The chat port over Slack's Web API. */
export function createSlackChat(client: WebClient): Chat {
  const links = new Map<string, string>();
  return {
    permalink: async (place) => {
      const key = `${place.channel} ${place.message}`;
      const link = links.get(key) ?? (await readPermalink(client, place));
      if (link !== undefined) links.set(key, link);
      if (links.size > maxLinks) links.clear();
      return link;
    },
    post: (channel, message, thread) => post(client, { channel, message, thread }),
    update: (place, message) => update(client, place, message),
    remove: async ({ channel, message }) => {
      await attempt(() => client.chat.delete({ channel, ts: message }));
    },
    openModal: (trigger, view) => openModal(client, trigger, view),
    updateModal: (id, shown) => {
      const send = (view: ModalView): Promise<Attempted> =>
        attempt(() => client.views.update({ view_id: id, view: view as never }));
      return orSimpler(send, shown, simplifyView).then(isDone);
    },
    publishHome: (user, view) => publishHome(client, user, view),
    postEphemeral: async (channel, user, message) => {
      const send = (shown: Message): Promise<Attempted> =>
        attempt(() => client.chat.postEphemeral({ channel, user, ...(shown as ApiMessage) }));
      return isDone(await orSimpler(send, message, simplifyMessage));
    },
    upload: async (channel, filename, content, thread) => {
      const place = thread === undefined ? {} : { thread_ts: thread };
      const asked = { channel_id: channel, filename, content, ...place };
      return isDone(await attempt(() => client.filesUploadV2(asked)));
    },
    readUser: (user) => readUser(client, user),
  };
}

/** Size of the permalink cache. */
const maxLinks = 500;

async function readPermalink(
  client: WebClient,
  { channel, message }: ChatPlace,
): Promise<string | undefined> {
  try {
    const { permalink } = await client.chat.getPermalink({ channel, message_ts: message });
    return permalink;
  } catch {
    // The message is complete without the link.
    return undefined;
  }
}

/** Slack's types require mutable arrays and a separate class per block type. */
interface ApiMessage {
  readonly text: string;
  readonly blocks: never[];
}

type Attempted =
  | { readonly kind: "done"; readonly ts: string }
  | { readonly kind: "no"; readonly reason: string }
  | { readonly kind: "later"; readonly pauseMs: number }
  | { readonly kind: "unknown" };

/** The only place that translates Slack's errors. */
async function attempt(send: () => Promise<object>): Promise<Attempted> {
  try {
    const answer: { ts?: unknown } = await send();
    return { kind: "done", ts: typeof answer.ts === "string" ? answer.ts : "" };
  } catch (error) {
    if (error instanceof WebAPIPlatformError) {
      const reason = readReason(error);
      return reason === undefined ? { kind: "unknown" } : { kind: "no", reason };
    }
    if (error instanceof WebAPIRateLimitedError) {
      return { kind: "later", pauseMs: error.retryAfter * 1000 };
    }
    return { kind: "unknown" };
  }
}

/** Error codes after which the outcome of a request is unknown. */
const troubles = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];

/**
 * Slack's error code. Undefined if it is not a refusal: the client reports anything it cannot parse
 * (a proxy's page, a truncated answer) as a platform error, with that text as the code.
 */
export function readReason({ data }: WebAPIPlatformError): string | undefined {
  const code: unknown = data.error;
  const isCode = typeof code === "string" && /^[a-z][a-z0-9_]*$/.test(code);
  return isCode && !troubles.includes(code) ? code : undefined;
}

function isDone({ kind }: Attempted): boolean {
  return kind === "done";
}

/** Slack introduces new blocks workspace by workspace; falls back to simpler blocks. */
async function orSimpler<View>(
  send: (view: View) => Promise<Attempted>,
  view: View,
  makeSimple: (view: View) => View,
): Promise<Attempted> {
  const answer = await send(view);
  const isMisunderstood = answer.kind === "no" && /^invalid_(blocks|arguments)/.test(answer.reason);
  return isMisunderstood ? send(makeSimple(view)) : answer;
}

/** Views with inputs stay as they are: every workspace supports inputs, and a modal needs them. */
function simplifyView<View extends ModalView | HomeView>(view: View): View {
  const hasInput = view.blocks.some(({ type }) => type === "input");
  return hasInput ? view : { ...view, blocks: simplify(view.blocks) };
}

async function post(
  client: WebClient,
  {
    channel,
    message,
    thread,
  }: { readonly channel: string; readonly message: Message; readonly thread: string | undefined },
): Promise<PostAnswer> {
  const where = { channel, ...(thread === undefined ? {} : { thread_ts: thread }) };
  const quiet = { unfurl_links: false, unfurl_media: false };
  const send = (shown: Message): Promise<Attempted> =>
    attempt(() => client.apiCall("chat.postMessage", { ...where, ...quiet, ...shown }));
  const answer = await orSimpler(send, message, simplifyMessage);
  if (answer.kind === "done") return { kind: "posted", message: answer.ts };
  if (answer.kind === "unknown") return { kind: "unknown" };
  return { kind: "refused", reason: answer.kind === "no" ? answer.reason : "ratelimited" };
}

async function update(
  client: WebClient,
  { channel, message: ts }: ChatPlace,
  message: Message,
): Promise<UpdateAnswer> {
  const send = (shown: Message): Promise<Attempted> =>
    attempt(() => client.chat.update({ channel, ts, ...(shown as ApiMessage) }));
  const answer = await orSimpler(send, message, simplifyMessage);
  if (answer.kind === "done") return { kind: "updated" };
  if (answer.kind === "later") return answer;
  if (answer.kind === "unknown") return { kind: "later", pauseMs };
  const isGone = ["message_not_found", "cant_update_message", "channel_not_found"];
  if (isGone.includes(answer.reason)) return { kind: "gone" };
  return { kind: "refused", reason: answer.reason };
}

async function openModal(client: WebClient, trigger: string, view: ModalView): Promise<boolean> {
  const send = (shown: ModalView): Promise<Attempted> =>
    attempt(() => client.views.open({ trigger_id: trigger, view: shown as never }));
  return isDone(await orSimpler(send, view, simplifyView));
}

async function publishHome(client: WebClient, user: string, view: HomeView): Promise<boolean> {
  const send = (shown: HomeView): Promise<Attempted> =>
    attempt(() => client.views.publish({ user_id: user, view: shown as never }));
  return isDone(await orSimpler(send, view, simplifyView));
}

/** Throws HardenError `broke` if Slack does not answer. */
async function readUser(client: WebClient, id: string): Promise<ChatUser> {
  let user;
  try {
    ({ user } = await client.users.info({ user: id }));
  } catch (error) {
    const reason = error instanceof WebAPIPlatformError ? readReason(error) : undefined;
    throw unreadable(reason ?? "no answer");
  }
  if (user === undefined) throw unreadable("no user");
  const { is_bot: isBot, deleted, is_restricted: guest, is_ultra_restricted: single } = user;
  const isStranger = (user as { is_stranger?: boolean }).is_stranger === true;
  return {
    team: user.team_id ?? "",
    objection: deleted
      ? "deactivated"
      : isBot
        ? "bot"
        : guest === true || single === true
          ? "guest"
          : isStranger
            ? "stranger"
            : undefined,
  };
}

function unreadable(reason: string): HardenError {
  return new HardenError(
    "broke",
    `Slack does not tell who this is (${reason})`,
    "Try it again; if it stays so, see that the app has the scope users:read.",
  );
}
