import { isNotPermitted } from "./deno-permission.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to read or write it",
  EPERM: "there is no permission to read or write it",
  EROFS: "it lies on a file system that is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EXDEV: "it lies on another file system",
  EEXIST: "a file of an earlier run lies beside it, ending in .new",
  ENOENT: "it does not exist",
  EISDIR: "it is a directory",
  ELOOP: "it is a link that leads in a circle",
  ENOTDIR: "a part of its path is no folder",
  ENAMETOOLONG: "its path is too long",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
};

export const changedMeanwhile = "it changed since it was read";

/**
 * What a failed file operation means, without the path, which the finding has. Deno's own message
 * names the permission and the path.
 */
export function explainFileError(error: unknown): string {
  if (isNotPermitted(error)) return `Deno does not permit it: ${error.message}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  return reasons[code] ?? `it cannot be read (${code})`;
}

/** Reading a FIFO or a device might never end. */
export const notRegular = "it is not a regular file";

export function tooLarge(limit: number): string {
  return `it is larger than ${limit / 1024 / 1024} MiB`;
}
