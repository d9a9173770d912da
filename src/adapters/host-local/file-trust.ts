import { existsSync, lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { parentOf } from "../../core/base/paths.ts";
import type { TrustedText } from "../../core/host/check/check-setup.ts";
import type { Outcome } from "../../core/host/ports.ts";
import { attempt } from "./attempt.ts";

/**
 * Why a file or directory cannot be trusted: an account other than root and the current user can
 * change it or a parent directory. Undefined if it can be trusted.
 */
export function refuseTrust(path: string): string | undefined {
  const real = attempt("finding it", () => realpathSync(path));
  if (real.kind === "failed") return real.reason;
  for (let place = real.value; ; place = parentOf(place)) {
    const status = attempt("reading its status", () => lstatSync(place));
    if (status.kind === "failed") return `${place}: ${status.reason}`;
    const { uid, mode } = status.value;
    if (!isOwnOrRoots(status.value)) return `${place} belongs to user ${uid}`;
    // In a sticky directory such as /tmp, other accounts cannot replace an entry.
    const isSticky = (mode & 0o1000) !== 0 && place !== real.value;
    if (isWritableByOthers(status.value) && !isSticky) return `${place} is writable by others`;
    if (place === parentOf(place)) return undefined;
  }
}

/**
 * Reads a small text file, and whether another account could change it; undefined if it does not
 * exist.
 */
export function readTrusted(path: string): Outcome<TrustedText | undefined> {
  return attempt(`reading ${path}`, () =>
    existsSync(path)
      ? { text: readFileSync(path, "utf8"), distrust: refuseTrust(path) ?? "" }
      : undefined,
  );
}

export function isOwnOrRoots({ uid }: Stats): boolean {
  return uid === 0 || uid === (process.geteuid?.() ?? 0);
}

export function isWritableByOthers({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0;
}
