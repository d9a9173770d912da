import { closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath } from "../../core/base/paths.ts";
import { encodeBytes, readWholeNumber } from "../../core/base/text.ts";
import type { SequenceStore } from "../../core/host/check-ticket.ts";
import { readIfThere, writeAll, writeDurably } from "./durable-file.ts";
import type { Installation } from "./installation.ts";
import { attempt } from "./attempt.ts";
import { refuseTrust } from "./file-trust.ts";

/**
 * Creates the state directory of a host if it is missing, and returns its path. Throws HardenError
 * `broke` if it cannot be used.
 */
export function prepareState({ state }: Installation, host: string): string {
  const folder = joinPath(state, host);
  const made = attempt("making it", () =>
    mkdirSync(joinPath(folder, "backups"), { recursive: true, mode: 0o700 }),
  );
  // On a full disk an undo uses the directory as it is.
  const isThere = made.kind === "done" || existsSync(folder);
  const wrong = isThere ? refuseTrust(folder) : made.reason;
  if (wrong === undefined) return folder;
  const next = "Run it as root, and check who owns the directory.";
  throw new HardenError("broke", `cannot use the state directory ${folder}: ${wrong}`, next);
}

/**
 * Returns the state directory without creating it, for read-only commands. Throws HardenError
 * `broke`.
 */
export function findState({ state }: Installation, host: string): string {
  const folder = joinPath(state, host);
  const wrong = existsSync(folder) ? refuseTrust(folder) : "it does not exist";
  if (wrong === undefined) return folder;
  const next = "Run host install again as root, and check who owns the directory.";
  throw new HardenError("broke", `cannot use the state directory ${folder}: ${wrong}`, next);
}

/**
 * Appends to `records.jsonl`, which logs what was done on this host and who approved it; nothing is
 * ever removed. Returns why it failed; undefined on success.
 */
export function appendRecord(folder: string, record: object): string | undefined {
  const written = attempt("writing the record", () => {
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
    const file = openSync(joinPath(folder, "records.jsonl"), flags, 0o600);
    try {
      writeAll(file, `${encodeBytes(JSON.stringify(record))}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
  return written.kind === "failed" ? written.reason : undefined;
}

/** Stores the sequence of the last accepted ticket as `sequence`. */
export function createSequenceStore(folder: string): SequenceStore {
  const path = joinPath(folder, "sequence");
  return {
    read: async () => {
      const text = attempt("reading the last sequence", () => readIfThere(path) ?? "0");
      if (text.kind === "failed") return text;
      const number = readWholeNumber(text.value.replace(/\n$/, ""));
      return number === undefined
        ? { kind: "failed", reason: `${path} does not contain a number` }
        : { kind: "done", value: number };
    },
    write: async (sequence) =>
      attempt("writing the last sequence", () => writeDurably(path, `${sequence}\n`)),
  };
}
