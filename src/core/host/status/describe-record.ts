import { shorten } from "../../base/text.ts";
import { isDigest } from "../../formats/json/decode.ts";
import { formatTime } from "../../base/dates.ts";

/** Describes a line of `records.jsonl`. */
export function describeRecord(line: string): string {
  const record = readObject(line);
  if (record === undefined) return "it cannot be read";
  const at = formatTime(Date.parse(textOf(record, "at")));
  return `${at}: ${describeWork(record)}`;
}

/** A verified change: SHA-256 of its file, and of the previous file if recorded. */
export interface VerifiedChange {
  readonly at: string;
  readonly file: string;
  readonly before: string | undefined;
}

/** Returns the changes recorded in lines of `records.jsonl`, newest first. */
export function readLastChanges(lines: readonly string[]): readonly VerifiedChange[] {
  return lines.toReversed().flatMap((line) => {
    const record = readObject(line) ?? {};
    const [file, before] = [textOf(record, "file"), textOf(record, "before")];
    if (textOf(record, "command") !== "apply" || !isDigest(file)) return [];
    const at = formatTime(Date.parse(textOf(record, "at")));
    return [{ at, file, before: isDigest(before) ? before : undefined }];
  });
}

type Members = Readonly<Record<string, unknown>>;

function describeWork(record: Members): string {
  const command = textOf(record, "command");
  if (command === "apply") {
    const [phase, code] = [textOf(record, "phase"), textOf(record, "code")];
    const [by, message] = [textOf(record, "authority"), textOf(record, "message")];
    return `apply ${phase} (${shorten(by, 100)}): ${code}: ${shorten(message, 300)}`;
  }
  const result = objectOf(record, "result");
  if (command === "recover") return `recover (${textOf(record, "cause")}): ${describeEnd(result)}`;
  if (command === "globals") return `globals: ${textOf(result, "kind")}`;
  return "a command of another version";
}

function describeEnd(result: Members): string {
  const file = textOf(result, "file");
  switch (textOf(result, "kind")) {
    case "restored":
      return `undone: the ${file} file is in place`;
    case "pending":
      return `the ${file} file is in place, and the rollback is tried again`;
    case "stuck":
      return "stuck: no file made the host reachable";
    case "confirmed":
      return "the change had been verified and stays";
    case "refused":
      return `refused: ${textOf(objectOf(result, "refusal"), "code")}`;
    default:
      return textOf(result, "kind");
  }
}

function readObject(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(record: Members, key: string): Members {
  const value = record[key];
  return isMembers(value) ? value : {};
}

function textOf(record: Members, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}
