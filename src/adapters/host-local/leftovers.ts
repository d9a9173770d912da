import { lstatSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { joinPath } from "../../core/base/paths.ts";
import { attempt } from "./attempt.ts";
import { listProcesses } from "./proc.ts";

/** Milliseconds: no write of ours takes so long, so its file was left behind. */
const maxWriteMs = 3_600_000;

/** Files on their way to their name, and what earlier versions kept of a command's output. */
const temporary = /\.(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+)\.new$|^output\.\d+\.\d+$/;

/**
 * Removes what a run that was killed left in the state directory. Whoever calls it has the lock; a
 * file that is young, dated in the future or open in any process stays. It never fails.
 */
export function removeLeftovers(folder: string, nowMs: number): void {
  for (const inner of [folder, joinPath(folder, "backups")]) {
    const names = attempt("listing it", () => readdirSync(inner));
    const found = (names.kind === "done" ? names.value : []).filter((name) => temporary.test(name));
    for (const path of found.map((name) => joinPath(inner, name))) {
      attempt("removing it", () => {
        const file = lstatSync(path);
        if (file.isFile() && nowMs - file.mtimeMs > maxWriteMs && !isOpen(path)) rmSync(path);
      });
    }
  }
}

function isOpen(path: string): boolean {
  return listProcesses().some((pid) => {
    const files = attempt("listing its files", () => readdirSync(`/proc/${pid}/fd`));
    if (files.kind === "failed") return false;
    return files.value.some((file) => {
      const target = attempt("reading it", () => readlinkSync(`/proc/${pid}/fd/${file}`));
      return target.kind === "done" && target.value === path;
    });
  });
}
