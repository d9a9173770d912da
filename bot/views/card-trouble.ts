/** Remedies for what Slack says to a card; a channel that takes none leaves App Home as it is. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^is_archived$/, "Unarchive the channel, or name another one in bot.ini."],
  [/^not_in_channel$/, "Invite the bot into the channel of bot.ini: /invite @sesam-harden."],
  [
    /^channel_not_found$/,
    "See that channel in bot.ini is the id of a channel of this workspace; into a private one the bot has to be invited.",
  ],
  [
    /^restricted_action/,
    "Allow the bot to post in the channel: settings of the channel or of the workspace forbid it.",
  ],
  [
    /^(account_inactive|token_revoked|token_expired|invalid_auth|not_authed|missing_scope)$/,
    "Install the app again, and give SLACK_BOT_TOKEN its token.",
  ],
  [/^(ratelimited|rate_limited)$/, "Slack limits requests: wait."],
  [/^no answer$/, "See that the machine of the bot reaches Slack."],
  [/^ledger$/, "See that the machine of the bot reaches GitHub."],
  [/^unforeseen$/, "Give those who run the bot this message: its log has more."],
];

const causes: Readonly<Record<string, string>> = {
  "no answer": "Slack did not answer",
  ledger: "the ledger cannot be read",
  unforeseen: "the bot could not draw it",
};

/** Why the card of a rollout does not show what it should, and what to do. */
export function describeCardTrouble(rollout: string, reason: string): readonly [string, string] {
  const cause = causes[reason] ?? `Slack refused it (${reason})`;
  const next =
    remedies.find(([pattern]) => pattern.test(reason))?.[1] ??
    "Look up what Slack means by it at chat.postMessage and chat.update.";
  return [
    `The card of the rollout ${rollout} could not be posted or brought up to date: ${cause}. ${next}`,
    "The bot tries it again by itself. Until then App Home has the buttons.",
  ];
}

/** In one line; undefined where all cards are as they should be. */
export function describeCardTroubles(troubles: ReadonlyMap<string, string>): string | undefined {
  if (troubles.size === 0) return undefined;
  return [...troubles]
    .map(([rollout, reason]) => describeCardTrouble(rollout, reason)[0])
    .join(" ");
}

/** Slack's code, or what else is in the way; `describeCardTrouble` has words for it. */
export type CardTroubles = ReadonlyMap<string, string>;
