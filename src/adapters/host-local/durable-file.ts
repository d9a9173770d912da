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

/** Forces the names of a folder to the disk. */
export function syncFolder(folder: string): void {
  syncFile(folder, constants.O_RDONLY | constants.O_DIRECTORY);
}

/** Forces what a file holds to the disk; reading it has to be permitted. */
export function syncFile(path: string, flags: number = constants.O_RDONLY): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Whole under its name, and on the disk, before it returns; throws as node:fs does. For files of
 * this program that root alone reads. Other writers keep more: stpd-copies.ts owner, ACL and label;
 * install.ts a mode and a name that the next install clears; those of the config repo in ../runtime
 * the mode, and what someone else wrote meanwhile.
 */
export function writeDurably(path: string, bytes: string): void {
  const temporary = writeTemporary(path, bytes);
  renameSync(temporary, path);
  syncFolder(parentOf(path));
}

/**
 * Gives a name to a short text, which becomes the target of a symbolic link: up to 59 bytes of it
 * stand in the inode, so that a disk without a free block takes it. False where the name is taken,
 * and what is there stays.
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

/** Also of a file, as earlier versions wrote it; undefined where there is none. */
export function readMarkFile(path: string): string | undefined {
  try {
    return readlinkSync(path, "latin1");
  } catch (error) {
    if (hasCode(error, "EINVAL")) return readIfThere(path);
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Undefined where there is no such file; throws as node:fs does otherwise. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncFolder(parentOf(path));
}

function writeTemporary(path: string, bytes: string): string {
  // Containers that share the directory may share process numbers as well.
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

/** One byte a character. */
export function writeAll(file: number, bytes: string): void {
  const buffer = Buffer.from(bytes, "latin1");
  let written = 0;
  while (written < buffer.length) written += writeSync(file, buffer, written);
}
