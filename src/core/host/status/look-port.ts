import type { UndoOutlook } from "./undo-outlook.ts";
import type { Holder, Outcome } from "../ports.ts";

/** A file of the state directory's backups. */
export interface KeptFile {
  /** SHA-256 of its content, which is its name. */
  readonly digest: string;
  readonly keptAtMs: number;
}

/** What a host says of itself in addition to its ports: takes no lock, and changes nothing. */
export interface HostLook {
  /** Undefined where the lock is free; a dead holder is named as dead. */
  readonly holder: () => Promise<Outcome<Holder | undefined>>;
  readonly undo: (id: string) => Promise<Outcome<UndoOutlook>>;
  /** The newest first. */
  readonly listKept: () => Promise<Outcome<readonly KeptFile[]>>;
}
