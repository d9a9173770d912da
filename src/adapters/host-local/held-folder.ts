import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from "node:fs";
import type { Outcome } from "../../core/host/ports.ts";
import { attempt } from "./attempt.ts";
import { isOwnOrRoots, isWritableByOthers } from "./file-trust.ts";

/**
 * An open directory. It stays the same one even if another account renames it or replaces a link.
 */
export interface HeldFolder {
  readonly file: number;
  /** A path to an entry of the directory that resolves through the open directory. */
  readonly at: (name: string) => string;
  readonly close: () => void;
}

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const maxLinks = 40;

/**
 * Opens a directory component by component. Follows a symbolic link only if no account except root
 * and the user of this process can have placed it. Needs /proc, since Node has no openat(2).
 */
export function holdFolder(path: string): Outcome<HeldFolder> {
  const opened: number[] = [];
  const walked = attempt("opening the directory", () => walk(path, opened));
  const file = opened.pop();
  for (const other of opened) closeSync(other);
  if (walked.kind === "done" && walked.value.refused === undefined && file !== undefined) {
    const at = (name: string): string => `${walked.value.open}${file}/${name}`;
    return { kind: "done", value: { file, at, close: () => closeSync(file) } };
  }
  if (file !== undefined) closeSync(file);
  const reason = walked.kind === "done" ? (walked.value.refused ?? "") : walked.reason;
  return { kind: "failed", reason };
}

interface Walked {
  /** Path of this process's open files in /proc; also valid for its child processes. */
  readonly open: string;
  readonly refused?: string;
}

function walk(path: string, opened: number[]): Walked {
  const open = `/proc/${readlinkSync("/proc/self")}/fd/`;
  const rest = namesOf(path);
  let links = 0;
  opened.push(openSync("/", flags));
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const folder = opened.at(-1) ?? -1;
    const place = `${open}${folder}/${name}`;
    const status = lstatSync(place);
    if (!status.isSymbolicLink()) {
      opened.push(openSync(place, flags));
      continue;
    }
    if (!isOwnOrRoots(status) || !isLinkSafeIn(folder)) {
      return { open, refused: `${name} is a link that another account can change` };
    }
    if (++links > maxLinks) return { open, refused: "it has too many symbolic links" };
    const target = readlinkSync(place);
    rest.unshift(...namesOf(target));
    if (target.startsWith("/")) opened.push(openSync("/", flags));
  }
  return { open };
}

/** In a sticky directory such as /tmp, an account cannot replace another account's links. */
function isLinkSafeIn(folder: number): boolean {
  const status = fstatSync(folder);
  const isSticky = (status.mode & 0o1000) !== 0;
  return isOwnOrRoots(status) && (isSticky || !isWritableByOthers(status));
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
