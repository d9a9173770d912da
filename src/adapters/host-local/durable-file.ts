import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { parentOf } from "../../core/base/paths.ts";
import { hasCode } from "./attempt.ts";

/** Syncs the entries of a directory to disk. Throws as node:fs does. */
export function syncFolder(folder: string): void {
  syncFile(folder, constants.O_RDONLY | constants.O_DIRECTORY);
}

/** Syncs the content of a file to disk; needs permission to read it. Throws as node:fs does. */
export function syncFile(path: string, flags: number = constants.O_RDONLY): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file atomically and syncs it to disk before it returns. Throws as node:fs does. For
 * files of this program that only root reads. Other writers preserve more: stpd-copies.ts the
 * owner, ACL and label; install.ts a mode and a name that the next install removes; the config repo
 * writers in ../runtime the mode, and concurrent edits.
 */
export function writeDurably(path: string, bytes: string): void {
  const temporary = writeTemporary(path, bytes);
  renameSync(temporary, path);
  syncFolder(parentOf(path));
}

/**
 * Stores a short text under a name, as the target of a symbolic link. Up to 59 bytes are stored in
 * the inode, so this works on a disk without a free block. Returns false, and changes nothing, if
 * the name is taken.
 */
export function createMark(path: string, text: string): boolean {
  try {
    symlinkSync(text, path);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  return true;
}

/**
 * Reads a mark. Also reads a regular file, as written by earlier versions. Undefined if it does not
 * exist.
 */
export function readMarkFile(path: string): string | undefined {
  try {
    return readlinkSync(path, "latin1");
  } catch (error) {
    if (hasCode(error, "EINVAL")) return readIfThere(path);
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Undefined if the file does not exist; for other errors throws as node:fs does. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Removes a file and syncs its directory to disk. Throws as node:fs does. */
export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncFolder(parentOf(path));
}

function writeTemporary(path: string, bytes: string): string {
  // Containers that share the directory may have the same process IDs.
  const temporary = `${path}.${crypto.randomUUID()}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = openSync(temporary, flags, 0o600);
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** Writes one byte per character. */
export function writeAll(file: number, bytes: string): void {
  const buffer = Buffer.from(bytes, "latin1");
  let written = 0;
  while (written < buffer.length) written += writeSync(file, buffer, written);
}
