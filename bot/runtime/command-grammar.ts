import { isDigest } from "../../src/core/formats/json/decode.ts";
import { findNearest } from "../../src/core/base/nearest.ts";
import { phases, type Phase } from "../../src/core/fleet/phase.ts";
import { commandWords, type CommandWord } from "../views/help.ts";
import { findEnd, readEnd, type TypedAt } from "./freeze-end.ts";

interface Planning {
  readonly phase: Phase;
  readonly environment: string;
  readonly hosts: readonly string[];
  readonly exceptions: readonly string[];
}

/** A parsed `/sesam-harden` command. */
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
      /** Unix time in seconds; null without an end. */
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
  /** Null: all commands. */
  | { readonly kind: "help"; readonly word: CommandWord | null };

export type CommandReading =
  | { readonly kind: "command"; readonly command: Command }
  /** Unknown command. */
  | { readonly kind: "unknown"; readonly word: string }
  /** Wrong arguments; the problem names the wrong or missing one. */
  | { readonly kind: "misused"; readonly word: CommandWord; readonly problem: string };
const maxReason = 300;

/** Parses a command. Never throws; reports what it cannot parse. */
export function readCommand(text: string, typedAt: TypedAt): CommandReading {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const [first = "help", ...rest] = words;
  const word = findCommand(first);
  if (word === undefined) return { kind: "unknown", word: first };
  if (word === "help") return readHelp(rest);
  const read = readWords(word, rest, typedAt);
  return typeof read === "string"
    ? { kind: "misused", word, problem: read }
    : { kind: "command", command: read };
}

function findCommand(text: string): CommandWord | undefined {
  return commandWords.find((one) => one === text.toLowerCase());
}

function readHelp([about]: readonly string[]): CommandReading {
  const word = about === undefined ? null : findCommand(about);
  if (word === undefined) return { kind: "unknown", word: about ?? "" };
  return { kind: "command", command: { kind: "help", word } };
}

/** A string is the error message. */
type Read = Command | string;

function readWords(
  word: Exclude<CommandWord, "help">,
  rest: readonly string[],
  typedAt: TypedAt,
): Read {
  const { before, reason } = cutReason(rest);
  switch (word) {
    case "locks":
      return refuseMore(rest) ?? { kind: "locks" };
    case "status":
      return refuseMore(rest.slice(1)) ?? { kind: "status", name: rest[0] ?? null };
    case "history":
      return refuseMore(rest.slice(1)) ?? { kind: "history", environment: rest[0] ?? null };
    case "plan":
    case "rollout":
      return readPlanning(word, before, reason);
    case "globals":
      return readGlobals(before);
    case "record":
      return readRecord(rest);
    case "freeze":
      return readFreeze(rest, typedAt);
    case "unfreeze":
    case "unlock":
      return readEnvironment(word, before, reason);
    default:
      return readTarget(word, before, reason);
  }
}

function refuseMore([word]: readonly string[]): string | undefined {
  return word === undefined ? undefined : `unexpected word “${word}”`;
}

const lacksEnvironment = "the environment is missing";
const lacksReason = "the reason is missing: add because REASON";

function readTarget(
  kind: "approve" | "continue" | "rest" | "rollback" | "withdraw" | "abort",
  [target, ...more]: readonly string[],
  reason: string,
): Read {
  if (target === undefined) return "the rollout is missing";
  if (kind === "rollback") return { kind, target, hosts: more, purpose: reason };
  const extra = refuseMore(more);
  if (extra !== undefined) return extra;
  switch (kind) {
    case "approve":
      return { kind, target, note: reason };
    case "continue":
      return { kind, target };
    case "rest":
      return { kind, target, purpose: reason };
    case "withdraw":
      return { kind, target, reason };
    case "abort":
      return reason === "" ? lacksReason : { kind, target, reason };
  }
}

function readEnvironment(
  kind: "unfreeze" | "unlock",
  [environment, ...more]: readonly string[],
  reason: string,
): Read {
  if (environment === undefined) return lacksEnvironment;
  const extra = refuseMore(more);
  if (extra !== undefined) return extra;
  if (kind === "unfreeze") return { kind, environment };
  return reason === "" ? lacksReason : { kind, environment, reason };
}

/** Everything after `because` is the reason. */
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

/** Cutting may split a surrogate pair, which could not be signed. */
function cut(reason: string): string {
  return reason.slice(0, maxReason).toWellFormed();
}

function readPlanning(
  kind: "plan" | "rollout",
  [typed, environment, ...names]: readonly string[],
  purpose: string,
): Read {
  const phase = phases.find((one) => one === typed);
  if (phase === undefined) return refusePhase(typed);
  if (environment === undefined) return lacksEnvironment;
  if (kind === "plan" && purpose !== "") return "plan takes no reason: use because with rollout";
  const at = names.indexOf("except");
  const hosts = at < 0 ? names : names.slice(0, at);
  const exceptions = at < 0 ? [] : names.slice(at + 1);
  if (at >= 0 && exceptions.length === 0) return "the hosts after “except” are missing";
  if (at >= 0 && phase === "open") return "“except” works only with close";
  const planning: Planning = { phase, environment, hosts, exceptions };
  return kind === "plan" ? { kind, ...planning } : { kind, ...planning, purpose };
}

function refusePhase(typed: string | undefined): string {
  if (typed === undefined) return "the phase is missing: expected open or close";
  const near = findNearest(typed, phases);
  const guess = near === undefined ? "" : `. Did you mean ${near}?`;
  return `unknown phase “${typed}”: expected open or close${guess}`;
}

function readGlobals([environment, except, ...exceptions]: readonly string[]): Read {
  if (environment === undefined) return lacksEnvironment;
  if (except !== undefined && except !== "except") {
    return `unexpected word “${except}”: expected except HOST…, or nothing`;
  }
  if (except !== undefined && exceptions.length === 0)
    return "the hosts after “except” are missing";
  return { kind: "globals", environment, exceptions };
}

/** Accepts capitals, since PowerShell prints digests that way. */
function readRecord([host, typed, ...more]: readonly string[]): Read {
  if (host === undefined) return "the host is missing";
  if (typed === undefined) return "the SHA-256 is missing";
  const digest = typed.toLowerCase();
  if (!isDigest(digest)) return `invalid SHA-256 “${typed}”: expected 64 hexadecimal digits`;
  return refuseMore(more) ?? { kind: "record", host, digest };
}

/**
 * `freeze production because of an audit until 2027-01-31`, or with the end before the reason. An
 * invalid end is an error and not part of the reason: otherwise the freeze would have no end.
 */
function readFreeze(
  [environment, ...words]: readonly string[],
  { nowSeconds, timeZoneOf }: TypedAt,
): Read {
  if (environment === undefined) return lacksEnvironment;
  const because = words.indexOf("because");
  const before = because < 0 ? [] : words.slice(0, because);
  const behind = words.slice(because + 1);
  const at = findEnd(behind);
  const after = at < 0 ? [] : behind.slice(at);
  const [first] = before;
  if (first !== undefined && first !== "until" && first !== "for") {
    return `unexpected word “${first}”: expected because, until or for`;
  }
  if (before.length > 0 && after.length > 0) {
    return `there are two ends: “${before.join(" ")}” and “${after.join(" ")}”`;
  }
  const reason = cut((at < 0 ? behind : behind.slice(0, at)).join(" "));
  if (reason === "") return lacksReason;
  const end = before.length > 0 ? before : after;
  const until = end.length === 0 ? null : readEnd(end, nowSeconds, timeZoneOf(environment));
  return typeof until === "string" ? until : { kind: "freeze", environment, reason, until };
}
