import { isNotPermitted } from "./deno-permission.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is exceeded",
  EXDEV: "it is on another file system",
  EEXIST: "an earlier run left a file with the suffix .new next to it",
  ENOENT: "it does not exist",
  EISDIR: "it is a directory",
  ELOOP: "it is a cyclic symlink",
  ENOTDIR: "a part of its path is not a directory",
  ENAMETOOLONG: "its path is too long",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
};

export const changedMeanwhile = "it has changed since it was read";

/**
 * Explains a failed file operation, without the path, which the finding names. Deno's own message
 * names permission and path.
 */
export function explainFileError(error: unknown): string {
  if (isNotPermitted(error)) return `Deno does not permit it: ${error.message}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  return reasons[code] ?? `it cannot be read (${code})`;
}

/** FIFOs and devices are not read, because reading them might never end. */
export const notRegular = "it is not a regular file";

export function tooLarge(limit: number): string {
  return `it is larger than ${limit / 1024 / 1024} MiB`;
}
