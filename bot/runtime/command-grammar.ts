import { isDigest } from "../../src/core/formats/json/decode.ts";
import type { Phase } from "../../src/core/fleet/phase.ts";
import { commandWords, type CommandWord } from "../views/help.ts";

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
  | { readonly kind: "approve"; readonly target: string; readonly note: string }
  | { readonly kind: "continue"; readonly target: string }
  | { readonly kind: "rest"; readonly target: string; readonly purpose: string }
  | { readonly kind: "record"; readonly host: string; readonly digest: string }
  | {
      readonly kind: "rollback";
      readonly target: string;
      readonly hosts: readonly string[];
      readonly purpose: string;
    }
  | { readonly kind: "withdraw"; readonly target: string; readonly reason: string }
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
  | {
      readonly kind: "globals";
      readonly environment: string;
      readonly exceptions: readonly string[];
    }
  | { readonly kind: "history"; readonly environment: string | null }
  | { readonly kind: "locks" }
  | { readonly kind: "help" };

export type CommandReading =
  | { readonly kind: "command"; readonly command: Command }
  /** There is no such command. */
  | { readonly kind: "unknown"; readonly word: string }
  /** It wants other words behind it; `wrong` are those that cannot be read, where it is some of them. */
  | { readonly kind: "misused"; readonly word: CommandWord; readonly wrong?: string };
const maxReason = 300;

/** Reads a command at a time in seconds since 1970. Never throws; what it does not understand it says. */
export function readCommand(text: string, nowSeconds: number): CommandReading {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const [first = "help", ...rest] = words;
  const word = commandWords.find((one) => one === first.toLowerCase());
  if (word === undefined) return { kind: "unknown", word: first };
  const [environment, ...said] = rest;
  if (word === "freeze" && environment !== undefined)
    return readFreeze(environment, said, nowSeconds);
  const command = readWords(word, rest);
  return command === undefined ? { kind: "misused", word } : { kind: "command", command };
}

function readWords(word: CommandWord, rest: readonly string[]): Command | undefined {
  const { before, reason } = cutReason(rest);
  const [target, ...more] = before;
  switch (word) {
    case "help":
      return { kind: "help" };
    case "locks":
      return rest.length > 0 ? undefined : { kind: "locks" };
    case "status":
      return rest.length > 1 ? undefined : { kind: "status", name: rest[0] ?? null };
    case "history":
      return rest.length > 1 ? undefined : { kind: "history", environment: rest[0] ?? null };
    case "plan":
    case "rollout":
      return readPlanning(word, before, reason);
    case "globals":
      return target === undefined ? undefined : readGlobals(target, more);
    case "record":
      return readRecord(rest);
    default:
  }
  if (target === undefined) return undefined;
  if (word === "rollback") return { kind: word, target, hosts: more, purpose: reason };
  if (more.length > 0) return undefined;
  switch (word) {
    case "approve":
      return { kind: "approve", target, note: reason };
    case "continue":
      return { kind: "continue", target };
    case "rest":
      return { kind: "rest", target, purpose: reason };
    case "withdraw":
      return { kind: "withdraw", target, reason };
    case "abort":
      return reason === "" ? undefined : { kind: "abort", target, reason };
    case "unlock":
      return reason === "" ? undefined : { kind: "unlock", environment: target, reason };
    case "unfreeze":
      return { kind: "unfreeze", environment: target };
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
  return reason.slice(0, maxReason).toWellFormed();
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

function readGlobals(
  environment: string,
  [except, ...exceptions]: readonly string[],
): Command | undefined {
  const isNamed = except === "except" && exceptions.length > 0;
  if (except !== undefined && !isNamed) return undefined;
  return { kind: "globals", environment, exceptions };
}

/** PowerShell prints the digits of a digest as capitals. */
function readRecord([host, typed = "", ...more]: readonly string[]): Command | undefined {
  const digest = typed.toLowerCase();
  if (host === undefined || more.length > 0 || !isDigest(digest)) return undefined;
  return { kind: "record", host, digest };
}

/**
 * `freeze production because of an audit until 2027-01-31`: an end, if at all, stands last. What
 * cannot be read as one is told, and not taken for a part of the reason: that freeze had no end.
 */
function readFreeze(
  environment: string,
  words: readonly string[],
  nowSeconds: number,
): CommandReading {
  const at = words.findLastIndex(
    (word, index) => word === "until" || (word === "for" && /^\d/.test(words[index + 1] ?? "")),
  );
  const end = words.slice(at + 1).join(" ");
  const read = words[at] === "until" ? readTime(end, nowSeconds) : readSpan(end, nowSeconds);
  if (at >= 0 && read === undefined) {
    return { kind: "misused", word: "freeze", wrong: `${words[at]} ${end}`.trim() };
  }
  const until = at < 0 ? null : (read ?? null);
  const said = at < 0 ? words : words.slice(0, at);
  const reason = cut((said[0] === "because" ? said.slice(1) : said).join(" "));
  if (reason === "") return { kind: "misused", word: "freeze" };
  return { kind: "command", command: { kind: "freeze", environment, reason, until } };
}

const daySeconds = 86_400;

/**
 * A day, a minute of it, or the next time that a clock shows so, in UTC; a day ends with itself.
 * Undefined for what does not exist.
 */
function readTime(text: string, nowSeconds: number): number | undefined {
  const [date, clock, ...more] = text
    .replace(/ ?(?:UTC|Z)$/i, "")
    .replace(/^(\d{1,2}:\d{2})$/, `${dayOf(nowSeconds)} $1`)
    .split(/[T ]/i);
  const start = Date.parse(`${date}T00:00:00Z`) / 1000;
  if (more.length > 0 || Number.isNaN(start) || dayOf(start) !== date) return undefined;
  if (clock === undefined) return start + daySeconds;
  const [, hours = "", minutes = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(clock) ?? [];
  if (minutes === "") return undefined;
  const time = start + Number(hours) * 3600 + Number(minutes) * 60;
  const isNext = !text.includes(date) && time <= nowSeconds;
  return isNext ? time + daySeconds : time;
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: daySeconds };

/** `30m`, `8h`, `2 days`. */
function readSpan(text: string, nowSeconds: number): number | undefined {
  const [, count, unit = ""] =
    /^([1-9]\d{0,4}) ?(m|h|d)(?:in|ins|inute|inutes|our|ours|ay|ays)?$/i.exec(text) ?? [];
  const seconds = units[unit.toLowerCase()];
  if (count === undefined || seconds === undefined) return undefined;
  return Math.floor(nowSeconds) + Number(count) * seconds;
}
