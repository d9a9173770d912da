/** What to do about each of Slack's error codes. App Home works in all of these cases. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^is_archived$/, "Unarchive the channel, or name another one in bot.ini."],
  [/^not_in_channel$/, "Invite the bot to the channel in bot.ini: /invite @sesam-harden."],
  [
    /^channel_not_found$/,
    "Set channel in bot.ini to the id of a channel of this workspace. If the channel is private, invite the bot.",
  ],
  [
    /^restricted_action/,
    "Allow the bot to post in the channel: a channel or workspace setting forbids it.",
  ],
  [
    /^(account_inactive|token_revoked|token_expired|invalid_auth|not_authed|missing_scope)$/,
    "Reinstall the app and set SLACK_BOT_TOKEN to the new token.",
  ],
  [/^(ratelimited|rate_limited)$/, "Slack limits the bot's requests: wait."],
  [/^no answer$/, "Check that the bot's machine can connect to Slack."],
  [/^ledger$/, "Check that the bot's machine can connect to GitHub."],
  [/^unforeseen$/, "Forward this message to the bot's administrator; the log has details."],
];

const causes: Readonly<Record<string, string>> = {
  "no answer": "Slack did not answer",
  ledger: "the ledger cannot be read",
  unforeseen: "an unexpected error occurred",
};

/** Why the card of a rollout is missing or out of date, and what to do. */
export function describeCardTrouble(rollout: string, reason: string): readonly [string, string] {
  const cause = causes[reason] ?? `Slack refused it (${reason})`;
  const next =
    remedies.find(([pattern]) => pattern.test(reason))?.[1] ??
    "See the error codes in Slack's documentation of chat.postMessage and chat.update.";
  return [
    `The card of rollout ${rollout} could not be posted or updated: ${cause}. ${next}`,
    "The bot retries automatically. Until then, use the buttons in App Home.",
  ];
}

/** In one line; undefined if all cards are up to date. */
export function describeCardTroubles(troubles: ReadonlyMap<string, string>): string | undefined {
  if (troubles.size === 0) return undefined;
  return [...troubles]
    .map(([rollout, reason]) => describeCardTrouble(rollout, reason)[0])
    .join(" ");
}

/** By rollout: Slack's error code or another reason; `describeCardTrouble` explains it. */
export type CardTroubles = ReadonlyMap<string, string>;
