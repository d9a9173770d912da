import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { HardenError } from "../../src/core/base/errors.ts";
import type { BotSettings } from "../runtime/settings.ts";
import { tryCheck, type StartCheck } from "../runtime/start-check.ts";
import { readReason } from "./web-api.ts";

/** What each scope is for; the manifest asks for the same. */
export const scopes: Readonly<Record<string, string>> = {
  commands: "the command /sesam-harden",
  "chat:write": "cards, and answers to persons",
  "users:read": "whether an account is a guest, a bot or deactivated",
  "files:write": "plans as files",
};

/** Slack: the token, its workspace and scopes, and the token of Socket Mode. */
export async function checkSlack(
  slack: BotSettings["slack"],
  client: WebClient,
  openSocket: () => Promise<unknown>,
): Promise<readonly StartCheck[]> {
  const { team, mode } = slack;
  let granted: readonly string[] = [];
  let bot: string | undefined;
  const token = await checkAtSlack(
    "Slack token",
    "Give SLACK_BOT_TOKEN the bot token of the app (xoxb-), installed in the workspace of bot.ini.",
    async () => {
      const answer = await client.auth.test();
      granted = answer.response_metadata?.scopes ?? [];
      bot = answer.bot_id;
      return answer.team_id === team ? undefined : `it is of another workspace: ${answer.team_id}`;
    },
  );
  const missing = Object.keys(scopes).filter((scope) => !granted.includes(scope));
  const scoped: StartCheck = {
    what: "Slack scopes",
    problem:
      token.problem !== undefined
        ? "they are not known"
        : missing.length === 0
          ? undefined
          : `missing: ${missing.map((scope) => `${scope} (${scopes[scope]})`).join(", ")}`,
    next: "Create the app from bot/manifest.json, or add the scopes, and install it again.",
  };
  const more = token.problem === undefined ? await checkPlace(bot, slack, client) : [];
  if (mode === "http") return [token, scoped, ...more];
  const socket = await checkAtSlack(
    "Slack Socket Mode",
    "Switch Socket Mode on, and give SLACK_APP_TOKEN an app-level token with connections:write (xapp-).",
    async () => {
      await openSocket();
      return undefined;
    },
  );
  return [token, scoped, ...more, socket];
}

async function checkPlace(
  bot: string | undefined,
  slack: BotSettings["slack"],
  client: WebClient,
): Promise<readonly StartCheck[]> {
  const app = await checkAtSlack(
    "Slack app",
    "Write the App ID of the app that SLACK_BOT_TOKEN is of into bot.ini, as app of [slack].",
    () => findOtherApp(bot, slack, client),
  );
  const channel = await checkAtSlack(
    "Slack channel",
    "Write the id of a channel of the workspace into bot.ini, as channel of [slack], and invite the bot there.",
    () => findChannelProblem(slack, client),
  );
  return [app, { ...channel, isMinor: true }];
}

/** One check that asks Slack. */
function checkAtSlack(
  what: string,
  next: string,
  look: () => Promise<string | undefined>,
): Promise<StartCheck> {
  return tryCheck(what, next, async () => {
    try {
      return await look();
    } catch (error) {
      throw explain(error, next);
    }
  });
}

/** Never with what was sent, which holds a token. */
function explain(error: unknown, next: string): HardenError {
  const reason = error instanceof WebAPIPlatformError ? readReason(error) : undefined;
  if (reason !== undefined) return new HardenError("broke", `Slack says ${reason}`, next);
  if (error instanceof WebAPIRateLimitedError) {
    const wait = `Slack limits requests: check again in ${error.retryAfter} s.`;
    return new HardenError("broke", "Slack limits requests (ratelimited)", wait);
  }
  return new HardenError(
    "broke",
    "there was no answer",
    "Slack could not be reached: see that this machine may connect to it, also by a proxy.",
  );
}

/** The app that a bot's token belongs to: requests that are meant for another one are dropped. */
export async function findOtherApp(
  bot: string | undefined,
  { app }: Pick<BotSettings["slack"], "app">,
  client: WebClient,
): Promise<string | undefined> {
  if (bot === undefined) return "the token is no bot token";
  const answer = await client.bots.info({ bot });
  const found = answer.bot?.app_id;
  if (found === undefined) return "Slack does not tell which app the token is of";
  return found === app ? undefined : `bot.ini names the app ${app}, and the token is of ${found}`;
}

/** Asks for the link of a message that never was: Slack looks for the channel first. */
export async function findChannelProblem(
  { channel }: Pick<BotSettings["slack"], "channel">,
  client: WebClient,
): Promise<string | undefined> {
  try {
    await client.chat.getPermalink({ channel, message_ts: "1.000000" });
  } catch (error) {
    const reason = error instanceof WebAPIPlatformError ? readReason(error) : undefined;
    if (reason !== "message_not_found") throw error;
  }
  return undefined;
}
