import type { UndoOutlook } from "./undo-outlook.ts";
import type { Holder, Outcome } from "../ports.ts";

/** A backup in the state directory. */
export interface KeptFile {
  /** SHA-256 of its content, which is also its name. */
  readonly digest: string;
  readonly keptAtMs: number;
}

/** A directory that a change writes to, or its nearest existing parent. */
export interface FreeSpace {
  readonly path: string;
  /** Bytes available to unprivileged users. */
  readonly bytes: number;
  /** Files that can still be created; undefined if the file system does not count them. */
  readonly files: number | undefined;
  /** Also false if it is mounted read-only. */
  readonly isWritable: boolean;
}

/** What would undo a change, as far as can be determined without arming it. */
export interface UndoMeans {
  /** Description, for display. */
  readonly by: string;
  /** Whether an interrupted undo resumes at boot, by an enabled systemd unit. */
  readonly atBoot: "enabled" | "disabled" | "unknown";
}

/** What a host reports about itself in addition to its ports. Takes no lock and changes nothing. */
export interface HostLook {
  /** Undefined if the lock is free; a dead holder is reported as dead. */
  readonly holder: () => Promise<Outcome<Holder | undefined>>;
  readonly undo: (id: string) => Promise<Outcome<UndoOutlook>>;
  /** Of the state directory first, then of the directory of stpd.ini. */
  readonly space: () => Promise<Outcome<readonly FreeSpace[]>>;
  /** Fails if no timer could be armed. */
  readonly undoMeans: () => Promise<Outcome<UndoMeans>>;
  /** The host's time of day in milliseconds since 1970. */
  readonly nowMs: () => Promise<Outcome<number>>;
  /** Newest first. */
  readonly listKept: () => Promise<Outcome<readonly KeptFile[]>>;
}
