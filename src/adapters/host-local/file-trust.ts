import { existsSync, lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { parentOf } from "../../core/base/paths.ts";
import type { TrustedText } from "../../core/host/check/check-setup.ts";
import type { Outcome } from "../../core/host/ports.ts";
import { attempt } from "./attempt.ts";

/**
 * Why nobody may rely on a file or folder: it, or a folder above it, can be changed by somebody
 * else than root and whoever runs this. Undefined where all is well.
 */
export function refuseTrust(path: string): string | undefined {
  const real = attempt("finding it", () => realpathSync(path));
  if (real.kind === "failed") return real.reason;
  for (let place = real.value; ; place = parentOf(place)) {
    const status = attempt("reading its status", () => lstatSync(place));
    if (status.kind === "failed") return `${place}: ${status.reason}`;
    const { uid, mode } = status.value;
    if (!isOwnOrRoots(status.value)) return `${place} belongs to user ${uid}`;
    // In a folder such as /tmp nobody can touch what belongs to somebody else.
    const isSticky = (mode & 0o1000) !== 0 && place !== real.value;
    if (isWritableByOthers(status.value) && !isSticky) return `${place} is writable by others`;
    if (place === parentOf(place)) return undefined;
  }
}

/** A small text file, and whether somebody else could change it; undefined where there is none. */
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
