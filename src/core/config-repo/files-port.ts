import type { FileReading } from "../fleet/read-host.ts";

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

export type Unreadable = Extract<FileReading, { readonly kind: "unreadable" }>;

export type Listing =
  | { readonly kind: "entries"; readonly entries: readonly FolderEntry[] }
  | Unreadable;

/** Kind of a path with links resolved, and its real absolute path. */
export type PathKind =
  | { readonly kind: "file" | "folder" | "other"; readonly realPath: string }
  | { readonly kind: "missing" }
  | Unreadable;

/** The files of a config repo; paths are absolute, with `/`. None of these throws. */
export interface FleetFiles {
  readonly absolute: (typed: string) => string;
  readonly kindOf: (path: string) => PathKind;
  readonly list: (folder: string) => Listing;
  /** Reads bytes, one character per byte; a file over `limit` bytes is unreadable. */
  readonly read: (path: string, limit: number) => FileReading;
  /**
   * Replaces a file atomically, if its content is still `before` (undefined: it did not exist):
   * writes a temporary file in the same directory, flushes it, copies the mode of the old file, and
   * renames it.
   */
  readonly replace: (path: string, before: string | undefined, after: string) => Replacement;
}

export type Replacement =
  | { readonly kind: "replaced" }
  | { readonly kind: "refused"; readonly reason: string; readonly next?: string };
