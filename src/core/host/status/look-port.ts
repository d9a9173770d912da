import type { UndoOutlook } from "./undo-outlook.ts";
import type { Holder, Outcome } from "../ports.ts";

/** A file of the state directory's backups. */
export interface KeptFile {
  /** SHA-256 of its content, which is its name. */
  readonly digest: string;
  readonly keptAtMs: number;
}

/** A directory that a change writes to, or the nearest one above it that is there. */
export interface FreeSpace {
  readonly path: string;
  /** Left for anybody. */
  readonly bytes: number;
  /** Files that can still be made; undefined where the file system does not count them. */
  readonly files: number | undefined;
  /** False also where it is mounted read-only. */
  readonly isWritable: boolean;
}

/** What would undo a change, as far as it shows without arming it. */
export interface UndoMeans {
  /** For people. */
  readonly by: string;
  /** Whether an undo is started again at boot: by a unit of systemd, which is enabled or not. */
  readonly atBoot: "enabled" | "disabled" | "unknown";
}

/** What a host says of itself in addition to its ports: takes no lock, and changes nothing. */
export interface HostLook {
  /** Undefined where the lock is free; a dead holder is named as dead. */
  readonly holder: () => Promise<Outcome<Holder | undefined>>;
  readonly undo: (id: string) => Promise<Outcome<UndoOutlook>>;
  /** Of the state directory first, then of the directory of stpd.ini. */
  readonly space: () => Promise<Outcome<readonly FreeSpace[]>>;
  /** Failed where none could be armed. */
  readonly undoMeans: () => Promise<Outcome<UndoMeans>>;
  /** Its time of day, since 1970. */
  readonly nowMs: () => Promise<Outcome<number>>;
  /** The newest first. */
  readonly listKept: () => Promise<Outcome<readonly KeptFile[]>>;
}
