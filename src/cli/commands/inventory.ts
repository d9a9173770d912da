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

/** Maximum size of one response of the Server, in bytes. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/**
 * Exit code 0 if the inventory is complete and written; 4 if something is unknown. Then no file is
 * written, and standard output is marked as incomplete.
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
  // Taken before the first request, because later changes may be missing.
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

/** Absolute path; undefined for standard output. Checked before the login. */
function readOut(typed: string | undefined, { files }: Shell): string | undefined {
  if (typed === undefined || typed === "-") return undefined;
  const path = files.absolute(typed);
  const there = files.kindOf(path);
  const { kind } = there;
  if (there.kind === "unreadable") throw unreadable(typed, there);
  if (kind !== "file" && kind !== "missing")
    throw usage(`--out ${makeVisible(typed)} is not a file`);
  const folder = files.kindOf(parentOf(path));
  if (folder.kind === "folder") return path;
  if (folder.kind === "unreadable") throw unreadable(typed, folder);
  throw usage(`--out ${makeVisible(typed)}: no such directory`);
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
    terminal.err(`skipped (you vouch that they use no plain port): ${[...skipped].join(", ")}\n`);
  }
}

type Taken = TakenInventory & Inventory;

function showIncomplete(taken: Taken, out: string | undefined, { terminal }: Shell): number {
  for (const { about, reason, next } of taken.gaps) {
    terminal.err(`unknown: ${about}: ${makeVisible(reason)}\n  ${makeVisible(next)}\n`);
  }
  const gaps = taken.gaps.map(({ about, reason }) => `${about}: ${reason}`);
  if (out === undefined) terminal.out(printInventory(taken, gaps));
  const fate = out === undefined ? "marked as incomplete" : "not written";
  terminal.err(`sesam-harden: the inventory is incomplete and was ${fate}\n`);
  return exitCodes.broke;
}

function writeComplete(taken: Taken, out: string | undefined, { terminal, files }: Shell): number {
  const text = printInventory(taken);
  const bytes = encodeBytes(text);
  if (bytes.length > maxInventoryBytes) {
    const limit = maxInventoryBytes / 1024 / 1024;
    throw new HardenError(
      "broke",
      `the inventory is larger than ${limit} MiB, the limit of check`,
      "Nothing was written. Try --ignore-key: fields that are not interfaces may be included.",
    );
  }
  if (out === undefined) terminal.out(text);
  else replaceFile(out, bytes, files);
  terminal.err(renderReview(taken.clients, taken.usage));
  return 0;
}

/** Replaces the file atomically. */
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
    outcome.next ?? "The existing file is unchanged. Check it and run the command again.",
  );
}

/** Maximum size of the file that is replaced, in bytes. */
const maxOldBytes = 256 * 1024 * 1024;
