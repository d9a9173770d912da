import type { Phase } from "../src/core/verify/expectation.ts";

interface Planning {
  readonly phase: Phase;
  readonly environment: string;
  readonly hosts: readonly string[];
  readonly exceptions: readonly string[];
}

/** What somebody typed behind `/sesam-harden`. */
export type Command =
  | { readonly kind: "status"; readonly name: string | null }
  | ({ readonly kind: "plan" } & Planning)
  | ({ readonly kind: "rollout"; readonly purpose: string } & Planning)
  | { readonly kind: "continue"; readonly target: string }
  | { readonly kind: "abort"; readonly target: string; readonly reason: string }
  | {
      readonly kind: "freeze";
      readonly environment: string;
      readonly reason: string;
      /** Seconds since 1970; null without an end. */
      readonly until: number | null;
    }
  | { readonly kind: "unfreeze"; readonly environment: string }
  | { readonly kind: "unlock"; readonly environment: string; readonly reason: string }
  | { readonly kind: "globals"; readonly environment: string }
  | { readonly kind: "history"; readonly environment: string | null }
  | { readonly kind: "help" };

export type CommandReading =
  | { readonly kind: "command"; readonly command: Command }
  /** There is no such command. */
  | { readonly kind: "unknown"; readonly word: string }
  /** It wants other words behind it. */
  | { readonly kind: "misused"; readonly word: Word };

export const commandWords = [
  "status",
  "plan",
  "rollout",
  "continue",
  "abort",
  "freeze",
  "unfreeze",
  "unlock",
  "globals",
  "history",
  "help",
] as const;
export type Word = (typeof commandWords)[number];

/** How each one is used, and what it is for. */
export const usages: Readonly<Record<Word, { readonly values: string; readonly what: string }>> = {
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
  continue: {
    values: "ROLLOUT|ENVIRONMENT",
    what: "Sends the next wave now; nothing is let off by it.",
  },
  abort: {
    values: "ROLLOUT|ENVIRONMENT because REASON",
    what: "Stops a rollout: hosts at work finish, and no other starts.",
  },
  freeze: {
    values: "ENVIRONMENT because REASON [until 2027-01-31T06:00]",
    what: "Lets no rollout start or go on, up to a time in UTC or for good.",
  },
  unfreeze: { values: "ENVIRONMENT", what: "Lifts a freeze; needs a second person." },
  unlock: {
    values: "ENVIRONMENT because REASON",
    what: "Lifts the lock after a failure; needs a second person.",
  },
  globals: {
    values: "ENVIRONMENT",
    what: "Records that the global settings were written on its Servers.",
  },
  history: { values: "[ENVIRONMENT]", what: "The rollouts so far, newest first." },
  help: { values: "", what: "This list." },
};

const mostReason = 300;

/** Reads a command. Never throws; what it does not understand it says. */
export function readCommand(text: string): CommandReading {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const [first = "help", ...rest] = words;
  const word = commandWords.find((one) => one === first.toLowerCase());
  if (word === undefined) return { kind: "unknown", word: first };
  const command = readWords(word, rest);
  return command === undefined ? { kind: "misused", word } : { kind: "command", command };
}

function readWords(word: Word, rest: readonly string[]): Command | undefined {
  const { before, reason } = cutReason(rest);
  const [target, ...more] = before;
  switch (word) {
    case "help":
      return { kind: "help" };
    case "status":
      return rest.length > 1 ? undefined : { kind: "status", name: rest[0] ?? null };
    case "history":
      return rest.length > 1 ? undefined : { kind: "history", environment: rest[0] ?? null };
    case "plan":
    case "rollout":
      return readPlanning(word, before, reason);
    case "freeze":
      return target === undefined ? undefined : readFreeze(target, rest.slice(1));
    default:
  }
  if (target === undefined || more.length > 0) return undefined;
  switch (word) {
    case "continue":
      return { kind: "continue", target };
    case "abort":
      return reason === "" ? undefined : { kind: "abort", target, reason };
    case "unlock":
      return reason === "" ? undefined : { kind: "unlock", environment: target, reason };
    case "unfreeze":
      return { kind: "unfreeze", environment: target };
    case "globals":
      return { kind: "globals", environment: target };
    default:
      return undefined;
  }
}

/** Behind `because` stands a reason, whatever is in it. */
function cutReason(words: readonly string[]): {
  readonly before: readonly string[];
  readonly reason: string;
} {
  const at = words.indexOf("because");
  if (at < 0) return { before: words, reason: "" };
  return {
    before: words.slice(0, at),
    reason: cut(words.slice(at + 1).join(" ")),
  };
}

/** Half of a character, as a cut may leave it, could not be signed. */
function cut(reason: string): string {
  return reason.slice(0, mostReason).toWellFormed();
}

function readPlanning(
  kind: "plan" | "rollout",
  [phase, environment, ...names]: readonly string[],
  purpose: string,
): Command | undefined {
  if (phase !== "open" && phase !== "close") return undefined;
  if (environment === undefined || (kind === "plan" && purpose !== "")) return undefined;
  const at = names.indexOf("except");
  const hosts = at < 0 ? names : names.slice(0, at);
  const exceptions = at < 0 ? [] : names.slice(at + 1);
  if (at >= 0 && (exceptions.length === 0 || phase === "open")) return undefined;
  const planning: Planning = { phase, environment, hosts, exceptions };
  return kind === "plan" ? { kind, ...planning } : { kind, ...planning, purpose };
}

/** `freeze production because of an audit until 2027-01-31`: until, if at all, stands last. */
function readFreeze(environment: string, words: readonly string[]): Command | undefined {
  const at = words.lastIndexOf("until");
  const hasEnd = at >= 0 && at === words.length - 2;
  const until = hasEnd ? readTime(words[at + 1] ?? "") : null;
  if (until === undefined) return undefined;
  const said = hasEnd ? words.slice(0, at) : words;
  const reason = cut((said[0] === "because" ? said.slice(1) : said).join(" "));
  return reason === "" ? undefined : { kind: "freeze", environment, reason, until };
}

/** A day or a minute of it, in UTC; a day ends with itself. Undefined for what does not exist. */
function readTime(text: string): number | undefined {
  const [, day, minute] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})Z?)?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const date = new Date(`${day}T${minute ?? "00:00"}:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return undefined;
  return date.getTime() / 1000 + (minute === undefined ? 86_400 : 0);
}
