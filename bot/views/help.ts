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

/** How each one is used, and what it is for. */
export const usages: Readonly<
  Record<CommandWord, { readonly values: string; readonly what: string }>
> = {
  status: {
    values: "[ENVIRONMENT|HOST]",
    what: "How the fleet, an environment or a host stands.",
  },
  plan: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…]",
    what: "What a rollout would do now; changes nothing.",
  },
  rollout: {
    values: "open|close ENVIRONMENT [HOST…] [except HOST…] [because REASON]",
    what: "Asks for a rollout; others have to approve it.",
  },
  approve: {
    values: "ROLLOUT [because NOTE]",
    what: "Approves the plan of a rollout, as its button does.",
  },
  continue: {
    values: "ROLLOUT|ENVIRONMENT",
    what: "Sends the next wave now; nothing is let off by it.",
  },
  rest: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Requests the same phase for the hosts that a rollout did not verify.",
  },
  record: {
    values: "HOST SHA256",
    what: "Records that a host which is changed by hand has the planned file.",
  },
  rollback: {
    values: "ROLLOUT|ENVIRONMENT [HOST…] [because REASON]",
    what: "Requests to put back what was verified before, on the hosts of the rollout or on those named.",
  },
  withdraw: {
    values: "ROLLOUT|ENVIRONMENT [because REASON]",
    what: "Takes your own request back before its first wave.",
  },
  abort: {
    values: "ROLLOUT|ENVIRONMENT because REASON",
    what: "Stops a rollout: hosts at work finish, and no other starts.",
  },
  freeze: {
    values: "ENVIRONMENT because REASON [until TIME | for SPAN]",
    what: "Lets no rollout start or go on: until 06:00, 2027-01-31 or 2027-01-31 06:00, in UTC; for 30m, 8h or 2d; or for good.",
  },
  unfreeze: { values: "ENVIRONMENT", what: "Lifts a freeze; needs a second person." },
  unlock: {
    values: "ENVIRONMENT because REASON",
    what: "Lifts the lock after a failure; needs a second person.",
  },
  globals: {
    values: "ENVIRONMENT [except HOST…]",
    what: "Records that the global settings were written on its Servers.",
  },
  locks: { values: "", what: "Lists all freezes and locks: why, by whom, until when." },
  history: { values: "[ENVIRONMENT]", what: "The rollouts so far, newest first." },
  help: { values: "", what: "This list." },
};

/** The command that was most likely meant. */
export function nearestCommand(word: string): string | undefined {
  return findNearest(word.toLowerCase(), commandWords);
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
