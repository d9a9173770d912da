import { findNearest } from "../../src/core/base/nearest.ts";
import type { Message } from "./blocks.ts";
import { code, header, line, rich, section, richWords } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { toPlain } from "./escape.ts";

export const commandWords = [
  "status",
  "plan",
  "rollout",
  "approve",
  "continue",
  "rest",
  "record",
  "rollback",
  "withdraw",
  "abort",
  "freeze",
  "unfreeze",
  "unlock",
  "globals",
  "locks",
  "history",
  "help",
] as const;
export type CommandWord = (typeof commandWords)[number];

/** How each one is used, what it is for, and an example without the name of the bot. */
export const usages: Readonly<
  Record<CommandWord, { readonly values: string; readonly what: string; readonly example: string }>
> = {
  status: {
    values: "[ENVIRONMENT|HOST]",
    what: "How the fleet, an environment or a host stands.",
    example: "status production",
  },
  plan: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…]",
    what: "What a rollout would do now; changes nothing.",
    example: "plan open production",
  },
  rollout: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…] [because REASON]",
    what: "Asks for a rollout; others have to approve it.",
    example: "rollout open production because CHG-1",
  },
  approve: {
    values: "ROLLOUT [because NOTE]",
    what: "Approves the plan of a rollout, as its button does.",
    example: "approve 5 because I checked the plan with the backup team",
  },
  continue: {
    values: "ROLLOUT|ENVIRONMENT",
    what: "Sends the next wave now; nothing is let off by it.",
    example: "continue production-open-5",
  },
  rest: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Requests the same phase for the hosts that a rollout did not verify.",
    example: "rest production-open-5",
  },
  record: {
    values: "HOST SHA256",
    what: "Records that a host which is changed by hand has the planned file.",
    example: "record rds-win 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  },
  rollback: {
    values: "ROLLOUT|ENVIRONMENT [HOST…] [because REASON]",
    what: "Requests to put back what was verified before, on the hosts of the rollout or on those named.",
    example: "rollback production because backups of rds1 fail",
  },
  withdraw: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Takes your own request back before its first wave.",
    example: "withdraw 5 because the wrong hosts",
  },
  abort: {
    values: "ROLLOUT|ENVIRONMENT because REASON",
    what: "Stops a rollout: hosts at work finish, and no other starts.",
    example: "abort production because backups fail",
  },
  freeze: {
    values: "ENVIRONMENT because REASON [until TIME | for SPAN]",
    what: "Stops all rollouts: until 06:00, tomorrow 06:00, 2027-01-31 or 2027-01-31 06:00 in the time zone of the environment; for 30m, 8h or 2 days; or until someone else lifts it.",
    example: "freeze lab because of a tape library repair until tomorrow 06:00",
  },
  unfreeze: {
    values: "ENVIRONMENT",
    what: "Lifts a freeze; needs a second person.",
    example: "unfreeze lab",
  },
  unlock: {
    values: "ENVIRONMENT because REASON",
    what: "Lifts the lock after a failure; needs a second person.",
    example: "unlock lab because the certificate was renewed",
  },
  globals: {
    values: "ENVIRONMENT [except HOST…]",
    what: "Records that the global settings were written on its Servers.",
    example: "globals production",
  },
  locks: {
    values: "",
    what: "Lists all freezes and locks: why, by whom, until when.",
    example: "locks",
  },
  history: {
    values: "[ENVIRONMENT]",
    what: "The rollouts so far, newest first.",
    example: "history production",
  },
  help: {
    values: "[COMMAND]",
    what: "This list, or one command with an example.",
    example: "help freeze",
  },
};

/** The command that was most likely meant. */
export function nearestCommand(word: string): string | undefined {
  return findNearest(word.toLowerCase(), commandWords);
}

/** One command: what it does, its syntax, and an example. */
export function explainCommand(word: CommandWord): Message {
  const { values, what, example } = usages[word];
  return message({
    head: [
      header(`/sesam-harden ${word}`),
      section(what),
      rich(line(richWords("Usage: "), code(`/sesam-harden ${word} ${values}`.trim()))),
      rich(line(richWords("Example: "), code(`/sesam-harden ${example}`))),
    ],
    items: [],
    tail: [],
    rest: () => "",
  });
}

/** All commands; for a word that is none, what was meant first. */
export function renderHelp(wrong?: string): Message {
  const near = wrong === undefined ? undefined : nearestCommand(wrong);
  const guess = near === undefined ? "" : ` Did you mean ${near}?`;
  return message({
    head: [
      ...(wrong === undefined
        ? []
        : [section(`There is no command ${toPlain(wrong, 60)}.${guess}`)]),
      header("Commands of /sesam-harden"),
    ],
    items: commandWords.map((name) => {
      const { values, what } = usages[name];
      return [rich(line(code(`/sesam-harden ${name} ${values}`), richWords(` ${what}`)))];
    }),
    tail: [],
    rest: () => "",
  });
}
