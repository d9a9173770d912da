import { readdirSync, rmSync, statSync } from "node:fs";
import { joinPath } from "../../core/base/paths.ts";
import { printJournal, readJournal, type Decision } from "../../core/host/journal.ts";
import { done, type Backups, type Decisions, type JournalStore } from "../../core/host/ports.ts";
import {
  createMark,
  readIfThere,
  readMarkFile,
  removeDurably,
  syncFolder,
  writeDurably,
} from "./durable-file.ts";
import { attempt } from "./attempt.ts";
import { isDigest } from "../../core/formats/json/decode.ts";

/** Stores the change in progress as `journal.json`. */
export function createJournalStore(folder: string): JournalStore {
  const path = joinPath(folder, "journal.json");
  return {
    read: async () => {
      const text = attempt("reading the journal", () => readIfThere(path));
      if (text.kind === "failed" || text.value === undefined)
        return { ...done, ...text, value: undefined };
      const journal = readJournal(text.value);
      return journal === undefined
        ? { kind: "failed", reason: `${path} is not a journal of this version` }
        : { kind: "done", value: journal };
    },
    write: async (journal) =>
      attempt("writing the journal", () => writeDurably(path, printJournal(journal))),
    clear: async (id) =>
      attempt("removing the journal", () => {
        removeDurably(path);
        removeDurably(decisionPath(folder, id));
      }),
  };
}

/** Stores decisions as `decision-ID`, which only one process can create. */
export function createDecisions(folder: string): Decisions {
  const look = (id: string): Decision | undefined => {
    const text = readMarkFile(decisionPath(folder, id));
    if (text === undefined || text === "confirm") return text;
    return "undo";
  };
  return {
    claim: async (id, decision) =>
      attempt("deciding", () => {
        const isOurs = createMark(decisionPath(folder, id), decision);
        // A decision by another process also counts only once it is on disk.
        syncFolder(folder);
        return isOurs ? decision : (look(id) ?? decision);
      }),
    look: async (id) => attempt("reading the decision", () => look(id)),
  };
}

function decisionPath(folder: string, id: string): string {
  return joinPath(folder, `decision-${id}`);
}

export interface BackupOptions {
  readonly folder: string;
  /** Number of backups to keep. */
  readonly most: number;
  readonly hash: (bytes: string) => string;
}

/** Stores backups as `backups/SHA256.ini`, one per content. */
export function createBackups({ folder, most, hash }: BackupOptions): Backups {
  const pathOf = (digest: string): string => joinPath(folder, `${digest}.ini`);
  const find = (digest: string): string | undefined => {
    const found = attempt("reading a backup", () => readIfThere(pathOf(digest)));
    const bytes = found.kind === "done" ? found.value : undefined;
    return bytes !== undefined && hash(bytes) === digest ? bytes : undefined;
  };
  return {
    keep: async (bytes) =>
      attempt("writing a backup", () => {
        const digest = hash(bytes);
        if (find(digest) === undefined) writeDurably(pathOf(digest), bytes);
      }),
    find: async (digest) => (isDigest(digest) ? find(digest) : undefined),
    prune: async (named) =>
      attempt("removing old backups", () => {
        const old = listByAge(folder)
          .slice(most)
          .filter((name) => !named.some((digest) => name === `${digest}.ini`));
        for (const name of old) rmSync(joinPath(folder, name), { force: true });
        syncFolder(folder);
      }),
  };
}

/** Newest first. */
function listByAge(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}\.ini$/.test(name))
    .map((name) => ({ name, changedAtMs: statSync(joinPath(folder, name)).mtimeMs }))
    .toSorted((left, right) => right.changedAtMs - left.changedAtMs)
    .map(({ name }) => name);
}
