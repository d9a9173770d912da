import { existsSync, readdirSync } from "node:fs";
import { joinPath } from "../../core/base/paths.ts";
import { printKeptPins, readKeptPins, type KeptPins } from "../../core/host/pins/kept-pins.ts";
import type { Pins } from "../../core/host/pins/pins.ts";
import type { JournalStore } from "../../core/host/ports.ts";
import { readIfThere, removeDurably, writeDurably } from "./durable-file.ts";
import type { Installation } from "./installation.ts";
import { attempt } from "./attempt.ts";

const pathIn = (folder: string): string => joinPath(folder, "pins.json");

/**
 * Wraps a journal store so that it keeps the pins next to the journal while a change is in
 * progress.
 */
export function keepPins(journals: JournalStore, folder: string, pins: Pins): JournalStore {
  const path = pathIn(folder);
  return {
    ...journals,
    write: async (journal) => {
      if (journal.stage === "prepared") {
        const text = printKeptPins({ id: journal.id, pins });
        const kept = attempt("keeping the pins", () => writeDurably(path, text));
        if (kept.kind === "failed") return kept;
      }
      return journals.write(journal);
    },
    clear: async (id) => {
      const cleared = await journals.clear(id);
      if (cleared.kind === "failed" || readKept(folder)?.id !== id) return cleared;
      return attempt("removing the pins of the change", () => removeDurably(path));
    },
  };
}

/** Undefined if there are none, as in changes by 0.1.0, or if they cannot be read. */
export function readKept(folder: string): KeptPins | undefined {
  const text = attempt("reading the pins of the change", () => readIfThere(pathIn(folder)));
  return text.kind === "done" && text.value !== undefined ? readKeptPins(text.value) : undefined;
}

/** Hosts whose state directory contains a change, even if their pins are missing. */
export function listChanged({ state }: Pick<Installation, "state">): readonly string[] {
  const names = attempt("listing the states", () => readdirSync(state));
  if (names.kind === "failed") return [];
  return names.value.filter((name) => isChanged(joinPath(state, name)));
}

/** Whether a state directory contains a change in progress. */
export function isChanged(folder: string): boolean {
  return existsSync(pathIn(folder)) || existsSync(joinPath(folder, "journal.json"));
}
