import { findNearest } from "../../src/core/nearest.ts";
import type { Message } from "./blocks.ts";
import { code, header, line, rich, section, words } from "./builders.ts";
import { message } from "./page.ts";
import { toPlain } from "./text.ts";

/** Every command, and what it is for. */
export const commands = [
  ["status", "[ENVIRONMENT|HOST]", "How the fleet, an environment or a host stands."],
  ["plan", "open|close ENVIRONMENT", "What a rollout would do now; changes nothing."],
  [
    "rollout",
    "open|close ENVIRONMENT [HOST…] [REASON]",
    "Asks for a rollout; others have to approve it.",
  ],
  ["continue", "ENVIRONMENT", "Goes on with a paused rollout."],
  ["abort", "ENVIRONMENT [REASON]", "Stops a rollout: hosts at work finish, and no other starts."],
  ["freeze", "ENVIRONMENT REASON [UNTIL]", "Lets no rollout start or go on."],
  ["unfreeze", "ENVIRONMENT", "Lifts a freeze; needs a second person."],
  ["history", "[ENVIRONMENT]", "The rollouts so far, newest first."],
  ["help", "", "This list."],
] as const;

export const commandNames: readonly string[] = commands.map(([name]) => name);

/** The command that was most likely meant. */
export function nearestCommand(word: string): string | undefined {
  return findNearest(word, commandNames);
}

/** All commands; for a word that is none, what was meant first. */
export function drawHelp(wrong?: string): Message {
  const near = wrong === undefined ? undefined : nearestCommand(wrong);
  const guess = near === undefined ? "" : ` Did you mean ${near}?`;
  return message({
    head: [
      ...(wrong === undefined
        ? []
        : [section(`There is no command ${toPlain(wrong, 60)}.${guess}`)]),
      header("Commands of /sesam-harden"),
    ],
    items: commands.map(([name, values, what]) => [
      rich(line(code(`/sesam-harden ${name} ${values}`), words(` ${what}`))),
    ]),
    tail: [],
    rest: () => "",
  });
}
