import { createSesamRest } from "../../adapters/sesam-rest.ts";
import { maxInventoryBytes } from "../../core/fleet/interfaces.ts";
import { exitCodes, HardenError } from "../../core/base/errors.ts";
import { printInventory, type Inventory } from "../../core/inventory/print.ts";
import { renderReview } from "../../core/inventory/review.ts";
import { parentOf } from "../../core/base/paths.ts";
import { encodeBytes, makeVisible } from "../../core/base/text.ts";
import type { FleetFiles, Unreadable } from "../../core/config-repo/files-port.ts";
import { takeInventory, type TakenInventory } from "../../core/inventory/export-inventory.ts";
import { usage, readNumber } from "../../shell/options.ts";
import { readAuthorities, readCredentials, readUrl } from "./support/inventory-access.ts";
import { readQuestions } from "./support/inventory-options.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";

/** Bytes of one answer of the Server. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/**
 * Exit code 0 where the inventory is complete, and written; 4 where something is not known. Then
 * no file is touched, and what standard output gets is marked, so that nobody takes it for whole.
 */
export async function runInventory(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "inventory");
  const url = readUrl("--url", parsed.one("--url"));
  const questions = readQuestions(parsed);
  const ca = readAuthorities(parsed, shell);
  const timeoutSeconds = readNumber("--timeout", parsed.one("--timeout"), [1, 3600]) ?? 60;
  const out = readOut(parsed.one("--out"), shell);
  const credentials = readCredentials(parsed, shell);

  const { terminal, progress } = shell;
  const note = (text: string): void => {
    progress.clear();
    terminal.err(`note: ${makeVisible(text)}\n`);
  };
  // The time before the first question: what changes from here on may not be in it.
  const exportedAt = `${shell.now().toISOString().slice(0, 19)}Z`;
  const limits = { timeoutMs: timeoutSeconds * 1000, bytes: maxAnswerBytes };
  const rest = createSesamRest({ url, ca, ...limits });
  const tools = { rest, note, tell: progress.tell };
  const taken = await takeInventory({ ...questions, credentials }, tools).finally(progress.clear);
  showCounts(taken, questions.skipped, shell);
  const inventory = { ...taken, exportedAt };
  return taken.gaps.length > 0
    ? showIncomplete(inventory, out, shell)
    : writeComplete(inventory, out, shell);
}

/** Absolute path; undefined for standard output. Asked before anybody logs in for nothing. */
function readOut(typed: string | undefined, { files }: Shell): string | undefined {
  if (typed === undefined || typed === "-") return undefined;
  const path = files.absolute(typed);
  const there = files.kindOf(path);
  const { kind } = there;
  if (there.kind === "unreadable") throw unreadable(typed, there);
  if (kind !== "file" && kind !== "missing") throw usage(`--out ${makeVisible(typed)} is no file`);
  const folder = files.kindOf(parentOf(path));
  if (folder.kind === "folder") return path;
  if (folder.kind === "unreadable") throw unreadable(typed, folder);
  throw usage(`--out ${makeVisible(typed)}: there is no such folder`);
}

function unreadable(typed: string, { reason, next = "" }: Unreadable): HardenError {
  return usage(`--out ${makeVisible(typed)}: ${reason}. ${makeVisible(next)}`.trimEnd());
}

function showCounts(
  { counts }: TakenInventory,
  skipped: ReadonlySet<string>,
  { terminal }: Shell,
): void {
  const found = [...counts].map(([kind, count]) => `${kind} ${count}`);
  terminal.err(`listed: ${found.length > 0 ? found.join(", ") : "nothing"}\n`);
  if (skipped.size > 0) {
    terminal.err(
      `not asked, on your word that they use no plain port: ${[...skipped].join(", ")}\n`,
    );
  }
}

type Taken = TakenInventory & Inventory;

function showIncomplete(taken: Taken, out: string | undefined, { terminal }: Shell): number {
  for (const { about, reason, next } of taken.gaps) {
    terminal.err(`unknown: ${about}: ${makeVisible(reason)}\n  ${makeVisible(next)}\n`);
  }
  const gaps = taken.gaps.map(({ about, reason }) => `${about}: ${reason}`);
  if (out === undefined) terminal.out(printInventory(taken, gaps));
  const fate = out === undefined ? "marked as such" : "not written";
  terminal.err(`sesam-harden: the inventory is incomplete, and ${fate}\n`);
  return exitCodes.broke;
}

function writeComplete(taken: Taken, out: string | undefined, { terminal, files }: Shell): number {
  const text = printInventory(taken);
  const bytes = encodeBytes(text);
  if (bytes.length > maxInventoryBytes) {
    const limit = maxInventoryBytes / 1024 / 1024;
    throw new HardenError(
      "broke",
      `the inventory is larger than ${limit} MiB, which no check would read`,
      "Nothing was written. Look at --ignore-key: something that is no interface may be taken for one.",
    );
  }
  if (out === undefined) terminal.out(text);
  else replaceFile(out, bytes, files);
  terminal.err(renderReview(taken.clients, taken.usage));
  return 0;
}

/** Whole or not at all. */
function replaceFile(path: string, bytes: string, files: FleetFiles): void {
  const isNew = files.kindOf(path).kind === "missing";
  const before = isNew ? ({ kind: "missing" } as const) : files.read(path, maxOldBytes);
  const outcome =
    before.kind === "unreadable"
      ? ({ ...before, kind: "refused" } as const)
      : files.replace(path, before.kind === "bytes" ? before.bytes : undefined, bytes);
  if (outcome.kind === "replaced") return;
  throw new HardenError(
    "broke",
    `the inventory could not be written: ${outcome.reason}`,
    outcome.next ?? "The file that was there is as it was. Look at it, and run the command again.",
  );
}

/** Of the file that is replaced. */
const maxOldBytes = 256 * 1024 * 1024;
