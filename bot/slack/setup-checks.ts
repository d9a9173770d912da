import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { HardenError } from "../../src/core/base/errors.ts";
import type { BotSettings } from "../runtime/settings.ts";
import { tryCheck, type StartCheck } from "../runtime/start-check.ts";
import { readReason } from "./web-api.ts";

/** The purpose of each scope; the manifest requests the same scopes. */
export const scopes: Readonly<Record<string, string>> = {
  commands: "the command /sesam-harden",
  "chat:write": "cards and answers",
  "users:read": "to recognize guests, bots and deactivated accounts",
  "files:write": "plans as files",
};

/** Checks Slack: token, workspace, scopes, app, channel, and the token of Socket Mode. */
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
    "Set SLACK_BOT_TOKEN to the bot token (xoxb-) of the app, installed in the workspace in bot.ini.",
    async () => {
      const answer = await client.auth.test();
      granted = answer.response_metadata?.scopes ?? [];
      bot = answer.bot_id;
      return answer.team_id === team
        ? undefined
        : `the token is for workspace ${answer.team_id}; bot.ini says ${team}`;
    },
  );
  const missing = Object.keys(scopes).filter((scope) => !granted.includes(scope));
  const scoped: StartCheck = {
    what: "Slack scopes",
    problem:
      token.problem !== undefined
        ? "unknown, since the token could not be checked"
        : missing.length === 0
          ? undefined
          : `missing: ${missing.map((scope) => `${scope} (${scopes[scope]})`).join(", ")}`,
    next: "Create the app from bot/manifest.json, or add the scopes, and reinstall it.",
  };
  const more = token.problem === undefined ? await checkPlace(bot, slack, client) : [];
  if (mode === "http") return [token, scoped, ...more];
  const socket = await checkAtSlack(
    "Slack Socket Mode",
    "Enable Socket Mode, and set SLACK_APP_TOKEN to an app-level token (xapp-) with connections:write.",
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
    "Set app in [slack] of bot.ini to the App ID that SLACK_BOT_TOKEN belongs to.",
    () => findOtherApp(bot, slack, client),
  );
  const channel = await checkAtSlack(
    "Slack channel",
    "Set channel in [slack] of bot.ini to the id of a channel of this workspace, and invite the bot.",
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

/** Never includes the request, which contains a token. */
function explain(error: unknown, next: string): HardenError {
  const reason = error instanceof WebAPIPlatformError ? readReason(error) : undefined;
  if (reason !== undefined) return new HardenError("broke", `Slack answered ${reason}`, next);
  if (error instanceof WebAPIRateLimitedError) {
    const wait = `Retry in ${error.retryAfter} s.`;
    return new HardenError("broke", "Slack limits the bot's requests (ratelimited)", wait);
  }
  return new HardenError(
    "broke",
    "no answer",
    "Check that this machine can connect to Slack (https://slack.com), or set a proxy: see docs/bot.md.",
  );
}

/** Compares the app of the token with bot.ini: requests for another app are dropped. */
export async function findOtherApp(
  bot: string | undefined,
  { app }: Pick<BotSettings["slack"], "app">,
  client: WebClient,
): Promise<string | undefined> {
  if (bot === undefined) return "the token is not a bot token";
  const answer = await client.bots.info({ bot });
  const found = answer.bot?.app_id;
  if (found === undefined) return "Slack does not say which app the token belongs to";
  return found === app ? undefined : `the token is for app ${found}; bot.ini says ${app}`;
}

/** Requests the permalink of a message that does not exist: Slack checks the channel first. */
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
