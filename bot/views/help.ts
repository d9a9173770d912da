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

/** Arguments, purpose, and an example without `/sesam-harden`. */
export const usages: Readonly<
  Record<CommandWord, { readonly values: string; readonly what: string; readonly example: string }>
> = {
  status: {
    values: "[ENVIRONMENT|HOST]",
    what: "Shows the state of the fleet, an environment or a host.",
    example: "status production",
  },
  plan: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…]",
    what: "Shows what a rollout would do now; changes nothing.",
    example: "plan open production",
  },
  rollout: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…] [because REASON]",
    what: "Requests a rollout; other people must approve it.",
    example: "rollout open production because CHG-1",
  },
  approve: {
    values: "ROLLOUT [because NOTE]",
    what: "Approves the plan of a rollout, like the button.",
    example: "approve 5 because I checked the plan with the backup team",
  },
  continue: {
    values: "ROLLOUT|ENVIRONMENT",
    what: "Starts the next wave now; all checks still apply.",
    example: "continue production-open-5",
  },
  rest: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Requests the same phase for the hosts that a rollout did not verify.",
    example: "rest production-open-5",
  },
  record: {
    values: "HOST SHA256",
    what: "Records that a host changed by hand has the planned file.",
    example: "record rds-win 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  },
  rollback: {
    values: "ROLLOUT|ENVIRONMENT [HOST…] [because REASON]",
    what: "Requests a rollback to the files verified before, on all hosts of the rollout or on the named ones.",
    example: "rollback production because backups of rds1 fail",
  },
  withdraw: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Withdraws your own request before its first wave.",
    example: "withdraw 5 because the wrong hosts",
  },
  abort: {
    values: "ROLLOUT|ENVIRONMENT because REASON",
    what: "Stops a rollout: running hosts finish, and no other host starts.",
    example: "abort production because backups fail",
  },
  freeze: {
    values: "ENVIRONMENT because REASON [until TIME | for SPAN]",
    what: "Stops all rollouts until a time in the environment's time zone (06:00, tomorrow 06:00, 2027-01-31 or 2027-01-31 06:00), for a duration (30m, 8h or 2 days), or until someone else lifts the freeze.",
    example: "freeze lab because of a tape library repair until tomorrow 06:00",
  },
  unfreeze: {
    values: "ENVIRONMENT",
    what: "Lifts a freeze; someone other than the person who set it must do this.",
    example: "unfreeze lab",
  },
  unlock: {
    values: "ENVIRONMENT because REASON",
    what: "Lifts the lock after a failed rollout; someone other than its requester must do this.",
    example: "unlock lab because the certificate was renewed",
  },
  globals: {
    values: "ENVIRONMENT [except HOST…]",
    what: "Records that the global settings are set on the environment's Servers.",
    example: "globals production",
  },
  locks: {
    values: "",
    what: "Lists all freezes and locks with reason, person and end.",
    example: "locks",
  },
  history: {
    values: "[ENVIRONMENT]",
    what: "Lists all rollouts, newest first.",
    example: "history production",
  },
  help: {
    values: "[COMMAND]",
    what: "Shows this list, or one command with an example.",
    example: "help freeze",
  },
};

/** The known command closest to the word. */
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

/** All commands; for an unknown command, first a suggestion. */
export function renderHelp(wrong?: string): Message {
  const near = wrong === undefined ? undefined : nearestCommand(wrong);
  const guess = near === undefined ? "" : ` Did you mean ${near}?`;
  return message({
    head: [
      ...(wrong === undefined ? [] : [section(`Unknown command ${toPlain(wrong, 60)}.${guess}`)]),
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
