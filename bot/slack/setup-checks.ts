import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { BotSettings } from "../runtime/settings.ts";
import type { EnvironmentSettings } from "../../src/core/rollout/state/rollout-settings.ts";
import { readReason } from "./web-api.ts";
type People = Pick<BotSettings, "persons" | "teams" | "environments">;

/** Whether somebody can approve in each environment, and whether all groups are ones that count. */
export function checkPeople(settings: People): readonly StartCheck[] {
  return [
    ...[...settings.environments.values()].map((environment) =>
      checkApprovers(environment, settings),
    ),
    checkGroups(settings),
  ];
}

/** A requester never approves, so there has to be one person more. */
function checkApprovers(
  { name, approvals, groups }: EnvironmentSettings,
  { persons, teams }: People,
): StartCheck {
  // Who is in a team only GitHub knows, and may change at any time.
  const hasTeam = groups.some((group) => teams.has(group));
  const able = [...persons.values()].filter(
    (person) =>
      person.slack !== null && (hasTeam || person.groups.some((group) => groups.includes(group))),
  );
  const isEnough = able.length > approvals;
  const names = able.map((person) => person.name).join(", ") || "none";
  return {
    what: `approvals of ${name}`,
    problem: isEnough
      ? undefined
      : `approvals = ${approvals} needs ${approvals + 1} persons with a Slack id in its groups (${groups.join(", ")}), one of them to ask; there are ${able.length}: ${names}`,
    next: "Lower approvals, or add persons to these groups in bot.ini.",
    isMinor: true,
  };
}

function checkGroups({ persons, teams, environments }: People): StartCheck {
  const used = new Set([...environments.values()].flatMap(({ groups }) => groups));
  const unused = [...persons.values()].flatMap(({ name, groups }) =>
    groups.filter((group) => !used.has(group)).map((group) => `${group} of ${name}`),
  );
  const idle = [...teams.keys()].filter((group) => !used.has(group));
  const wrong = [...unused, ...idle].map((group) => `no environment has the group ${group}`);
  return {
    what: "groups",
    problem: wrong.length === 0 ? undefined : wrong.join("; "),
    next: "Write the same names in [person.NAME], [group.NAME] and [environment.NAME] of bot.ini.",
    isMinor: true,
  };
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

/** One thing that has to hold before the bot starts. */
export interface StartCheck {
  readonly what: string;
  /** Undefined where it holds. */
  readonly problem: string | undefined;
  /** How to mend it. */
  readonly next: string;
  /** Neither the check nor the start fails by it. */
  readonly isWarning?: true;
  /** The check fails by it, and the bot starts all the same. */
  readonly isMinor?: true;
}
